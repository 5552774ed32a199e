import Testing
import Vocabulary

struct ReasonTests {
    /// The catalogue as clients know it; a change here breaks somebody's search.
    private static let catalogue = [
        "bad_request_line": 400, "bad_target": 400, "unsafe_path": 400, "bad_host": 400,
        "bad_field": 400, "ambiguous_framing": 400, "bad_content_length": 400, "bad_chunk": 400,
        "bad_upgrade": 400, "bad_max_forwards": 400, "request_cut": 400, "request_timeout": 408,
        "body_too_large": 413, "target_too_long": 414, "expectation_failed": 417,
        "misdirected": 421, "upgrade_required": 426, "head_too_large": 431,
        "method_not_implemented": 501, "coding_not_implemented": 501, "upstream_unreachable": 502,
        "upstream_bad_answer": 502, "upstream_cut": 502, "unasked_upgrade": 502,
        "overloaded": 503, "upstream_down": 503, "breaker_open": 503,
        "upstream_busy": 503, "upstream_untrusted": 502, "upstream_connect_timeout": 504,
        "upstream_timeout": 504,
        "version_unsupported": 505, "unknown_host": 421, "not_found": 404,
        "method_not_allowed": 405, "origin_refused": 403, "not_invited": 403, "maintenance": 503,
        "blocked": 403, "limit_spent": 429, "limit_unavailable": 503, "token_missing": 401,
        "token_invalid": 401, "role_missing": 403, "not_admitted": 403, "body_type_refused": 415,
        "body_unreadable": 400,
    ]

    @Test func `every code has the status it has always had`() {
        let now = Dictionary(uniqueKeysWithValues: Reason.allCases.map { ($0.rawValue, $0.status) })

        #expect(now == Self.catalogue)
    }

    @Test func `a code is small letters and underscores`() {
        for reason in Reason.allCases {
            let isPlain = reason.rawValue.utf8.allSatisfy { $0 == 0x5f || $0 - 0x61 <= 25 }
            #expect(isPlain, "\(reason)")
        }
    }

    @Test func `every status has a phrase`() {
        for reason in Reason.allCases {
            #expect(!"\(Status.phrase(for: reason.status))".isEmpty, "\(reason)")
        }
    }

    @Test func `each detail is one sentence of its own`() {
        let details = Reason.allCases.map { "\($0.detail)" }

        #expect(Set(details).count == details.count)
        for detail in details {
            #expect(detail.hasSuffix(".") && !detail.hasSuffix(".."), "\(detail)")
            #expect(detail.first?.isUppercase == true, "\(detail)")
            #expect(!detail.contains(". "), "\(detail)")
        }
    }

    @Test func `a detail needs no escape in JSON or HTML`() {
        for reason in Reason.allCases {
            let detail = "\(reason.detail)"
            let isPlain = detail.utf8.allSatisfy {
                $0 >= 0x20 && $0 < 0x7f && !"\"\\<>&'".utf8.contains($0)
            }
            #expect(isPlain, "\(detail)")
        }
    }

    @Test func `a detail names nothing of ours`() {
        let ours = [
            "gatehouse", "gateway", "upstream", "backend", "swift", "linux", "epoll", " socket",
            "errno",
            "worker", "thread", "pool", "buffer", "parser", "policy", "secret", "password", "token",
            "127.", "localhost", "port ",
        ]
        for reason in Reason.allCases {
            let detail = "\(reason.detail)".lowercased()
            for word in ours { #expect(!detail.contains(word), "\(detail)") }
        }
    }

    @Test func `after what left the end of a request unknown no other request is read`() {
        let unknownEnd: [Reason] = [
            .badRequestLine, .badTarget, .unsafePath, .badHost, .badField, .ambiguousFraming,
            .badContentLength, .badChunk, .requestCut, .requestTimeout, .bodyTooLarge,
            .targetTooLong, .headTooLarge, .codingNotImplemented, .versionUnsupported,
        ]
        for reason in unknownEnd { #expect(reason.endsConnection, "\(reason)") }
    }

    @Test func `a fault of the upstream does not end the client's connection`() {
        for reason in Reason.allCases where [502, 504].contains(reason.status) {
            #expect(!reason.endsConnection, "\(reason)")
        }
    }
}
