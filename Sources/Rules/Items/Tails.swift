import Vocabulary

/// What every exception ends with.
extension Sentence {
    /// `because`, `until` and `proved by`, each at most once, in any order.
    mutating func tail() throws(Halt) -> Tail {
        var tail = Tail()
        while true {
            if takes("because") {
                let reason = try text(example: "because \"passphrases carry quotes\"")
                set(&tail.because, to: reason, as: "the reason")
            } else if takes("until") {
                set(&tail.until, to: try day(example: "until 2027-03-31"), as: "the end")
            } else if takes("proved", "by") {
                let capture = try text(example: "proved by \"captures/SEC-398.har\"")
                set(&tail.proved, to: capture, as: "the proof")
            } else {
                tail.isBroken = !isAtEnd
                return tail
            }
        }
    }

    /// `on login, refresh`, where it may stand.
    mutating func routes() throws(Halt) -> [Name]? {
        guard takes("on") else { return nil }
        return try names(example: "on login, refresh")
    }

    /// Reads `403 with page "…" and retry after 10m`.
    mutating func answer() throws(Halt) -> AnswerItem {
        let example = "answer 503 with page \"pages/back-soon.html\" and retry after 10m"
        let status = try integer(in: 300...599, "a status", example: example)
        var answer = AnswerItem(status: status)
        while takes("with") || takes("and") {
            if takes("page") {
                set(&answer.page, to: try text(example: example), as: "the page")
            } else if takes("retry", "after") {
                set(&answer.retryAfter, to: try duration(example: example), as: "`retry after`")
            } else {
                throw missing("`page` or `retry after`", example: example)
            }
        }
        return answer
    }
}

/// An answer of the gateway's own.
public struct AnswerItem: Sendable {
    public let status: Said<Int>
    public var page: Name?
    public var retryAfter: Said<Duration>?
}
