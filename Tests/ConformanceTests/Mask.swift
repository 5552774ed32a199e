import TestSupport

/// Puts a mark in place of a value that is new each time, if it has the shape it must have.
enum Mask {
    static func masked(_ line: String, upstream: Endpoint, ids: [String]) -> String {
        let name = line.prefix { $0 != ":" }
        let value = line.dropFirst(name.count + 2)
        switch name {
        case "X-Request-Id" where isHexadecimal(value, 32):
            // A request whose answer was cut or swallowed has told nobody its id.
            return ids.isEmpty || ids.contains(String(value)) ? #"X-Request-Id: \<id>"# : line
        case "traceparent" where isFreshTrace(value): return #"traceparent: \<traceparent>"#
        case "Date" where isDate(value): return #"Date: \<date>"#
        case "Host" where value == "\(upstream)": return #"Host: \<upstream>"#
        default: return line
        }
    }

    static func isHexadecimal(_ text: some StringProtocol, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    /// A version 00 trace of our own, which is not sampled.
    private static func isFreshTrace(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "00" && isHexadecimal(parts[1], 32)
            && isHexadecimal(parts[2], 16) && parts[3] == "00"
            && parts[1].contains { $0 != "0" } && parts[2].contains { $0 != "0" }
    }

    /// The fixed form of a date, as in `Fri, 20 Nov 2026 13:05:00 GMT`.
    private static func isDate(_ text: Substring) -> Bool {
        let pattern = "aaa, 00 aaa 0000 00:00:00 GMT"
        return text.count == pattern.count
            && zip(text, pattern).allSatisfy { seen, wanted in
                switch wanted {
                case "a": seen.isLetter
                case "0": seen.isWholeNumber
                default: seen == wanted
                }
            }
    }
}
