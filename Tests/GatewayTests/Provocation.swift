import Gateway
import Limits
import Policy
import TestSupport
import Testing
import Transport
import Vocabulary

/// How one reason is provoked, and what has to come of it.
struct Provocation: CustomTestStringConvertible, Sendable {
    /// What becomes of the request after it was sent.
    enum Deed: Sendable { case wait, endSending }

    let reason: Reason
    /// The file in `Steps/` that throws it.
    let step: String
    var request: String
    /// What is asked and answered before it.
    var before: [String] = []
    var deed = Deed.wait
    var upstream = ListeningSocket.Manner.accepting
    /// The upstream speaks TLS, and shows what nobody believes.
    var isForged = false
    var replies: [UpstreamReply] = []
    var settings: @Sendable (inout Settings) -> Void = { _ in }
    var switches: @Sendable (Switches) -> Void = { _ in }

    var testDescription: String { "\(reason.rawValue), by \(step)" }

    static func get(_ target: String = "/", _ lines: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: a\r\n\(lines)\r\n"
    }

    private static let socket = "Connection: upgrade\r\nUpgrade: websocket\r\n"

    static let all =
        readHead + shed + redirectToTLS + askPolicy + askPolicyOfCallers + holdBody + judgeUpgrade
        + forward + awaitAnswer + passAnswer

    private static let readHead: [Provocation] = [
        .init(reason: .badRequestLine, step: "ReadHead", request: "GET  / HTTP/1.1\r\n\r\n"),
        .init(reason: .badTarget, step: "ReadHead", request: get("/a#b")),
        .init(reason: .unsafePath, step: "ReadHead", request: get("/a/%2e%2e/b")),
        .init(reason: .badHost, step: "ReadHead", request: "GET / HTTP/1.1\r\n\r\n"),
        .init(reason: .badField, step: "ReadHead", request: get("/", "A : b\r\n")),
        .init(
            reason: .ambiguousFraming,
            step: "ReadHead",
            request: get("/", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")
        ),
        .init(
            reason: .badContentLength,
            step: "ReadHead",
            request: get("/", "Content-Length: +1\r\n")
        ),
        .init(
            reason: .badMaxForwards,
            step: "ReadHead",
            request: "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: few\r\n\r\n"
        ),
        .init(
            reason: .requestCut,
            step: "ReadHead",
            request: "GET / HTTP/1.1\r\nHo",
            deed: .endSending
        ),
        .init(
            reason: .requestTimeout,
            step: "ReadHead",
            request: "GET / HTTP/1.1\r\nHo",
            settings: { $0.deadlines.head = .milliseconds(60) }
        ),
        .init(
            reason: .targetTooLong,
            step: "ReadHead",
            request: get("/" + String(repeating: "a", count: 8 << 10))
        ),
        .init(
            reason: .expectationFailed,
            step: "ReadHead",
            request: get("/", "Expect: miracles\r\n")
        ),
        .init(reason: .misdirected, step: "ReadHead", request: get("https://a/")),
        .init(
            reason: .headTooLarge,
            step: "ReadHead",
            request: get("/", "A: " + String(repeating: "a", count: 33 << 10) + "\r\n")
        ),
        .init(
            reason: .methodNotImplemented,
            step: "ReadHead",
            request: "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"
        ),
        .init(
            reason: .codingNotImplemented,
            step: "ReadHead",
            request: get("/", "Transfer-Encoding: gzip\r\n")
        ),
        .init(
            reason: .versionUnsupported,
            step: "ReadHead",
            request: "GET / HTTP/2.0\r\nHost: a\r\n\r\n"
        ),
    ]

    private static let shed: [Provocation] = [
        .init(
            reason: .overloaded,
            step: "Shed",
            request: get(),
            settings: { $0.guards.inFlight = 0 }
        )
    ]

    private static let redirectToTLS: [Provocation] = [
        .init(
            reason: .unknownHost,
            step: "RedirectToTLS",
            request: "GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n",
            settings: { $0.listeners[0].redirectsToPort = 443 }
        )
    ]

    private static let askPolicy: [Provocation] = [
        .init(
            reason: .unknownHost,
            step: "AskPolicy",
            request: "GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n"
        ),
        .init(
            reason: .notFound,
            step: "AskPolicy",
            request: get("/.GIT/config"),
            settings: { $0.rule { $0.closed = ["/.git/**"] } }
        ),
        .init(
            reason: .originRefused,
            step: "AskPolicy",
            request: "POST / HTTP/1.1\r\nHost: a\r\nOrigin: https://evil.test\r\n\r\n"
        ),
        .init(
            reason: .notInvited,
            step: "AskPolicy",
            request: get(),
            settings: {
                $0.policy.access = AccessTerms(
                    secret: nil,
                    lists: [],
                    admitsCertificates: false,
                    open: [OpenPath(methods: .all, pattern: PathPattern(reading: "/still-open"))],
                    answer: nil,
                    place: .none
                )
            }
        ),
        .init(
            reason: .maintenance,
            step: "AskPolicy",
            request: get(),
            settings: {
                $0.policy.maintenance = MaintenanceTerms(
                    file: nil,
                    answer: OwnAnswer(status: 503, retryAfterSeconds: 600),
                    open: [OpenPath(methods: .all, pattern: PathPattern(reading: "/still-open"))],
                    place: .none
                )
            },
            switches: { $0.isUnderMaintenance = true }
        ),
        .init(
            reason: .methodNotAllowed,
            step: "AskPolicy",
            request: "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n",
            settings: { $0.rule { $0.methods = MethodSet([.get, .head]) } }
        ),
        .init(
            reason: .blocked,
            step: "AskPolicy",
            request: get("/a/forbidden"),
            settings: { $0.rule { $0.blockedText = "forbidden" } }
        ),
        .init(
            reason: .limitSpent,
            step: "AskPolicy",
            request: get("/", "X-Key: one\r\n"),
            before: [get("/", "X-Key: one\r\n")],
            settings: { $0.rule { $0.limits = [LimitTests.one(.field(.header("x-key")))] } }
        ),
        .init(
            reason: .limitUnavailable,
            step: "AskPolicy",
            request: get("/", "X-Key: one\r\n"),
            settings: {
                $0.rule { $0.limits = [LimitTests.one(.field(.header("x-key")))] }
                $0.store = AbsentStore()
            }
        ),
    ]

    private static let askPolicyOfCallers: [Provocation] = [
        .init(
            reason: .tokenMissing,
            step: "AskPolicy",
            request: get("/private"),
            settings: {
                $0.rule {
                    $0.isPublic = false
                    $0.classes = []
                }
            }
        ),
        .init(
            reason: .tokenInvalid,
            step: "AskPolicy",
            request: get("/", "Authorization: Bearer x.y.z\r\n"),
            settings: { $0.rule { $0.isPublic = false } }
        ),
        .init(
            reason: .roleMissing,
            step: "AskPolicy",
            request: get(),
            settings: { $0.rule { $0.roles = ["admin"] } }
        ),
        .init(
            reason: .notAdmitted,
            step: "AskPolicy",
            request: get(),
            settings: { $0.rule { $0.admittedHeader = "x-guest" } }
        ),
        .init(
            reason: .bodyTypeRefused,
            step: "AskPolicy",
            request: post("text/csv", "a,b"),
            settings: { $0.rule { $0.kinds = .json } }
        ),
        .init(
            reason: .bodyUnreadable,
            step: "AskPolicy",
            request: post("application/json", "{\"a\":1"),
            settings: {
                $0.rule {
                    $0.kinds = .json
                    $0.blockedJSON = "evil"
                }
            }
        ),
        .init(
            reason: .bodyTooLarge,
            step: "AskPolicy",
            request: get("/", "Content-Length: 11\r\n"),
            settings: { $0.rule { $0.bodyByteMax = 10 } }
        ),
    ]

    static func post(_ type: String, _ body: String, to target: String = "/") -> String {
        "POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static let chunkedJSON =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n"

    private static let holdBody: [Provocation] = [
        .init(
            reason: .bodyTooLarge,
            step: "HoldBody",
            request: chunkedJSON + "b\r\n{\"a\":12345\r\n",
            settings: {
                $0.rule {
                    $0.kinds = .json
                    $0.bodyByteMax = 10
                }
            }
        ),
        .init(
            reason: .badChunk,
            step: "HoldBody",
            request: chunkedJSON + "2\r\n{}\r\nx\r\n",
            settings: { $0.rule { $0.kinds = .json } }
        ),
        .init(
            reason: .requestCut,
            step: "HoldBody",
            request: chunkedJSON + "2\r\n{}",
            deed: .endSending,
            settings: { $0.rule { $0.kinds = .json } }
        ),
        .init(
            reason: .requestTimeout,
            step: "HoldBody",
            request: chunkedJSON + "2\r\n{}",
            settings: {
                $0.rule { $0.kinds = .json }
                $0.deadlines.uploadWindow = .milliseconds(60)
            }
        ),
    ]

    private static let judgeUpgrade: [Provocation] = [
        .init(
            reason: .badUpgrade,
            step: "JudgeUpgrade",
            request: get("/", socket + "Sec-WebSocket-Version: 13\r\n"),
            settings: { $0.rule { $0.allowsUpgrade = true } }
        ),
        .init(
            reason: .upgradeRequired,
            step: "JudgeUpgrade",
            request: get("/", socket + "Sec-WebSocket-Version: 8\r\n"),
            settings: { $0.rule { $0.allowsUpgrade = true } }
        ),
    ]

    private static let forward: [Provocation] = [
        .init(
            reason: .upstreamUnreachable,
            step: "Forward",
            request: get(),
            upstream: .refusing
        ),
        .init(
            reason: .upstreamUntrusted,
            step: "Forward",
            request: get(),
            isForged: true,
            settings: { $0.upstream.tls = UpstreamTLSSettings() }
        ),
        .init(
            reason: .upstreamConnectTimeout,
            step: "Forward",
            request: get(),
            upstream: .deaf,
            settings: { $0.deadlines.connect = .milliseconds(60) }
        ),
        .init(
            reason: .upstreamDown,
            step: "Forward",
            request: get(),
            settings: { $0.upstream.servers = [] }
        ),
        .init(
            reason: .breakerOpen,
            step: "Forward",
            request: get(),
            before: [get()],
            upstream: .refusing,
            settings: { $0.upstream.breaker.requestsMin = 1 }
        ),
        .init(
            reason: .upstreamBusy,
            step: "Forward",
            request: get(),
            settings: {
                $0.upstream.connectionsMax = 0
                $0.upstream.pendingMax = 0
            }
        ),
        .init(
            reason: .bodyTooLarge,
            step: "Forward",
            request: get("/", "Transfer-Encoding: chunked\r\n") + "b\r\nhello world\r\n",
            settings: { $0.rule { $0.bodyByteMax = 10 } }
        ),
        .init(
            reason: .badChunk,
            step: "Forward",
            request: get("/", "Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\nx\r\n"
        ),
        .init(
            reason: .requestCut,
            step: "Forward",
            request: get("/", "Content-Length: 10\r\n") + "hello",
            deed: .endSending
        ),
        .init(
            reason: .requestTimeout,
            step: "Forward",
            request: get("/", "Content-Length: 1000\r\n") + "hello",
            settings: { $0.deadlines.uploadWindow = .milliseconds(60) }
        ),
    ]

    private static let awaitAnswer: [Provocation] = [
        .init(
            reason: .upstreamTimeout,
            step: "AwaitAnswer",
            request: get(),
            replies: [.says("")],
            settings: { $0.deadlines.firstByte = .milliseconds(60) }
        ),
        .init(
            reason: .upstreamCut,
            step: "AwaitAnswer",
            request: get(),
            replies: [.says("HTTP/1.1 20", then: .finish)]
        ),
        .init(
            reason: .upstreamCut,
            step: "AwaitAnswer",
            request: get(),
            replies: [.says("HTTP/1.1 20", then: .breakOff)]
        ),
        .init(
            reason: .upstreamBadAnswer,
            step: "AwaitAnswer",
            request: get(),
            replies: [.says("HTTP/1.1 200 OK\nContent-Length: 0\n\n")]
        ),
        .init(
            reason: .upstreamBadAnswer,
            step: "AwaitAnswer",
            request: get(),
            replies: [.says(String(repeating: "HTTP/1.1 102 Wait\r\n\r\n", count: 17))]
        ),
        .init(
            reason: .unaskedUpgrade,
            step: "AwaitAnswer",
            request: get(),
            replies: [
                .says("HTTP/1.1 101 Now\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
            ]
        ),
    ]

    private static let passAnswer: [Provocation] = [
        .init(
            reason: .upstreamBadAnswer,
            step: "PassAnswer",
            request: get(),
            replies: [.says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")]
        )
    ]
}
