import Vocabulary

/// Header fields of answers: once in each scope, and none that says where a message ends.
extension Checker {
    /// What frames a message, or belongs to one hop, is the gateway's to write.
    private static let framing: Set<String> = [
        "connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]

    mutating func checkHeaders() {
        for (scope, _, _) in scopes {
            var seen: [String: SourceRange] = [:]
            for header in scope.headers {
                check(header)
                guard let earlier = seen[header.name.value] else {
                    seen[header.name.value] = header.name.at
                    continue
                }
                say(
                    Diagnostic(
                        .saidTwice,
                        "what becomes of `\(header.name.value)` is said twice",
                        at: header.name.at,
                        "again here"
                    )
                    .related(earlier, "and said here already")
                    .help("order does not decide here: keep one of them")
                )
            }
        }
    }

    private mutating func check(_ header: HeaderItem) {
        if Self.framing.contains(header.name.value) {
            say(
                Diagnostic(
                    .wrongType,
                    "`\(header.name.value)` is not yours to write",
                    at: header.name.at,
                    "it says how a message is sent, not what it means"
                )
                .help("leave it out: the gateway writes what is true")
            )
        }
        guard let value = header.value else { return }
        let isPlain = value.value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7f) }
        guard !isPlain else { return }
        say(
            Diagnostic(
                .wrongType,
                "a header field is one line",
                at: value.at,
                "a line's end in it would begin another field"
            )
        )
    }
}
