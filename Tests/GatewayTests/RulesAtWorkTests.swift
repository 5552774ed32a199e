import Foundation
import Gateway
import Limits
import Policy
import TestSupport
import Testing
import Transport
import Vocabulary

/// What the rules say, as it arrives at clients and upstreams.
struct RulesAtWorkTests {
    // MARK: Hosts

    @Test(arguments: ["evil.test", "127.0.0.2", "a.evil.test", "xn--a"])
    func `a host that nobody named is nobody's`(host: String) throws {
        let stage = try GatewayStage()
        let answer = try stage.answer(to: "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(answer.status == 421)
        #expect(try Problem(answer).code == "unknown_host")
        #expect(answer.value("X-Scope") == "general")
        #expect(stage.upstream.finish().requests.isEmpty)
        let record = try stage.log.record()
        #expect(record.fields["verdict"] as? String == "refused")
        #expect(record.fields["by"] as? String == "host")
    }

    @Test func `a request without a Host is for nobody`() throws {
        let stage = try GatewayStage()
        let answer = try stage.answer(to: "GET / HTTP/1.0\r\n\r\n")
        #expect(answer.status == 421)
        #expect(try Problem(answer).code == "unknown_host")
    }

    @Test func `who asks TLS for one site may not ask HTTP for another`() throws {
        let secure = try SecureStage()
        let client = try secure.client()
        client.send("GET / HTTP/1.1\r\nHost: b.test\r\n\r\n")
        #expect(try client.answer().status == 200)
        client.send("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n")

        let answer = try client.answer()

        #expect(answer.status == 421)
        #expect(try Problem(answer).code == "misdirected")
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        #expect(try client.answer().status == 200)
    }

    // MARK: Answers

    @Test func `a method that the route does not list is told which it does`() throws {
        let stage = try GatewayStage {
            $0.rule { $0.methods = MethodSet([.get, .head, .patch]) }
        }
        let answer = try stage.answer(to: "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.status == 405)
        #expect(answer.fields.values("Allow") == ["GET, HEAD, PATCH"])
    }

    @Test func `OPTIONS at its last hop is told what the route lists`() throws {
        let stage = try GatewayStage { $0.rule { $0.methods = MethodSet([.get, .options]) } }
        let answer = try stage.answer(
            to: "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n"
        )
        #expect(answer.status == 204 && answer.fields.values("Allow") == ["GET, OPTIONS"])
    }

    @Test func `who has to sign in is told how`() throws {
        let stage = try GatewayStage { $0.rule { $0.isPublic = false } }
        let missing = try stage.answer(to: Provocation.get())
        #expect(missing.status == 401)
        #expect(missing.fields.values("WWW-Authenticate") == ["Bearer"])

        let invalid = try stage.answer(
            to: Provocation.get("/", "Authorization: Bearer x.y.z\r\n")
        )

        #expect(invalid.status == 401)
        #expect(invalid.fields.values("WWW-Authenticate") == ["Bearer error=\"invalid_token\""])
        let fields = try stage.log.records(2).map(\.fields)
        #expect(fields.map { $0["auth_result"] as? String } == ["missing", "invalid"])
        #expect(fields.map { $0["by"] as? String } == ["auth", "auth"])
        #expect(fields.map { $0["route"] as? String } == ["everything", "everything"])
    }

    @Test func `an operator is told once that no token can be verified`() throws {
        let heard = Monitor<[Notice]>([])
        let auth = AuthTerms(
            issuer: nil,
            audience: nil,
            keys: nil,
            refreshSeconds: nil,
            secret: nil,
            algorithms: ["RS256"],
            user: "sub",
            role: "role",
            place: .none
        )
        _ = try GatewayStage {
            $0.workers = 3
            $0.rule { $0.change = { $0.auths = [auth] } }
        } notice: { word in
            heard.withState { $0.append(word) }
        }
        #expect(heard.withState { $0 }.count == 1)
    }

    @Test(arguments: [301, 302, 307, 308])
    func `a route that leads elsewhere says where`(status: Int) throws {
        let stage = try GatewayStage {
            $0.rule {
                $0.destination = .redirect(location: "https://b.test/new", status: status)
            }
        }
        let client = try stage.client()
        client.send(Provocation.post("text/plain", "hello") + Provocation.get())
        for _ in 0..<2 {
            let answer = try client.answer()
            #expect(answer.status == status && !answer.saysClose)
            #expect(answer.fields.values("Location") == ["https://b.test/new"])
        }
        #expect(stage.upstream.finish().requests.isEmpty)
    }

    @Test func `an answer in the rules' own words has their status and their page`() throws {
        let stage = try GatewayStage {
            $0.rule {
                $0.admittedHeader = "x-guest"
                $0.admitAnswer = OwnAnswer(status: 451, page: 0, retryAfterSeconds: 77)
                $0.change = {
                    $0.pages = [
                        Page(path: "no.html", type: "text/html", bytes: Array("<p>No".utf8))
                    ]
                }
            }
        }
        let browser = try stage.answer(to: Provocation.get("/", "Accept: text/html\r\n"))
        #expect(browser.status == 451 && browser.text == "<p>No")
        #expect(browser.value("Content-Type") == "text/html")
        #expect(browser.value("Cache-Control") == "no-store")
        #expect(browser.value("Retry-After") == "77")

        let program = try stage.answer(to: Provocation.get())

        let problem = try Problem(program)
        #expect(program.status == 451 && problem.status == 451)
        #expect(problem.code == "not_admitted")
        #expect(try stage.answer(to: Provocation.get("/", "X-Guest: 1\r\n")).status == 200)
        let fields = try stage.log.records(3).map(\.fields)
        #expect(fields.map { $0["by"] as? String } == ["guests", "guests", ""])
    }

    @Test func `who is told that there is nothing is not told what there is`() throws {
        let stage = try GatewayStage {
            $0.rule {
                $0.admittedHeader = "x-guest"
                $0.admitAnswer = OwnAnswer(status: 404)
            }
        }
        let answer = try stage.answer(to: Provocation.get())
        #expect(answer.status == 404)
        #expect(try Problem(answer).code == "not_found")
        #expect(try stage.log.record().reason == "not_admitted")
    }

    @Test func `maintenance is a switch, and its page comes with it`() throws {
        let stage = try GatewayStage {
            $0.policy.maintenance = MaintenanceTerms(
                file: nil,
                answer: OwnAnswer(status: 503, page: 0, retryAfterSeconds: 600),
                open: [OpenPath(methods: .all, pattern: PathPattern(reading: "/healthz"))],
                place: .none
            )
            $0.policy.pages = [
                Page(path: "m.html", type: "text/html", bytes: Array("back soon".utf8))
            ]
        }
        #expect(try stage.answer(to: Provocation.get()).status == 200)
        stage.gateway.switches.isUnderMaintenance = true
        let answer = try stage.answer(to: Provocation.get("/", "Accept: text/html\r\n"))
        #expect(answer.status == 503 && answer.text == "back soon")
        #expect(answer.value("Retry-After") == "600")
        #expect(try stage.answer(to: Provocation.get("/healthz")).status == 200)
        stage.gateway.switches.isUnderMaintenance = false
        #expect(try stage.answer(to: Provocation.get()).status == 200)
    }

    // MARK: Headers

    @Test func `fields are set and taken off, whoever answers`() throws {
        let reply =
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nServer: x/1.2\r\nX-Set: theirs\r\n"
            + "cache-control: public\r\nX-Other: stays\r\n\r\n"
        let stage = try GatewayStage([.says(reply)]) {
            $0.rule {
                $0.headers = [("x-set", "ours"), ("cache-control", "private"), ("x-frame", "deny")]
                $0.removed = ["server"]
                $0.blockedText = "forbidden"
            }
        }
        let theirs = try stage.answer(to: Provocation.get())
        #expect(theirs.fields.values("X-Set") == ["ours"])
        #expect(theirs.fields.values("Cache-Control") == ["private"])
        #expect(theirs.value("Server") == nil && theirs.value("X-Other") == "stays")

        let ours = try stage.answer(to: Provocation.get("/forbidden"))

        #expect(ours.status == 403 && ours.value("X-Frame") == "deny")
        // An error that is kept would be shown long after it is over.
        #expect(ours.fields.values("Cache-Control") == ["no-store"])
        #expect(ours.fields.values("Content-Type") == ["application/problem+json"])
    }

    @Test func `what frames a message is nobody's to set`() throws {
        let stage = try GatewayStage {
            $0.rule {
                $0.headers = [("content-length", "99"), ("transfer-encoding", "x"), ("x-a", "b")]
            }
        }
        let answer = try stage.answer(to: Provocation.get())
        #expect(answer.status == 200 && answer.value("X-A") == "b")
        #expect(answer.value("Transfer-Encoding") == nil)
    }

    @Test func `what the rules say of https goes before what the listener says`() throws {
        let secure = try SecureStage { settings, _ in
            settings.strictSeconds = 60
            settings.rule { $0.headers = [("strict-transport-security", "max-age=9")] }
        }
        let client = try secure.client()
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        #expect(try client.answer().fields.values("Strict-Transport-Security") == ["max-age=9"])
    }

    // MARK: Ways through

    @Test func `a tunnel is opened only where the route says so`() throws {
        let stage = try GatewayStage()
        let client = try stage.client()
        client.send(
            Provocation.get(
                "/ws",
                "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            )
        )
        #expect(try client.answer().status == 200)
        let sent = try #require(stage.upstream.finish().requests.first)
        #expect(sent.fields.values("Upgrade").isEmpty)
    }

    @Test func `a route's own patience is the upstream's`() throws {
        let stage = try GatewayStage([.says("")]) {
            $0.rule { $0.timeoutMilliseconds = 60 }
        }
        let answer = try stage.answer(to: Provocation.get())
        #expect(answer.status == 504)
        #expect(try Problem(answer).code == "upstream_timeout")
        #expect(try #require(stage.log.record().milliseconds) < 5_000)
    }

    @Test func `what is blocked is said by name in the log, and not to the client`() throws {
        let stage = try GatewayStage { $0.rule { $0.blockedText = "forbidden" } }
        let answer = try stage.answer(to: Provocation.get("/forbidden"))
        #expect(answer.status == 403 && !answer.text.contains("no_entry"))
        let fields = try stage.log.record().fields
        #expect(fields["by"] as? String == "no_entry")
        #expect(fields["verdict"] as? String == "refused")
        #expect(fields["policy"] as? String == "r-1")
    }
}
