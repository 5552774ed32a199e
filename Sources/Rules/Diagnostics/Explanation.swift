/// What a code means, why it matters, and what to write instead: its page in `docs/diagnostics/`.
///
/// The program carries the pages of its own version, so that what it explains is what it says.
public struct Explanation: Sendable {
    public let id: DiagnosticID
    /// In Markdown, as it lies in the docs.
    public let text: String

    public init(_ id: DiagnosticID) {
        self.id = id
        text = PagesTable.texts[id.rawValue] ?? "# \(id.rawValue): a code without a page\n"
    }

    /// The page of a code as somebody types it; nil where there is no such code.
    public init?(code: String) {
        guard let id = DiagnosticID(rawValue: code.uppercased()) else { return nil }
        self.init(id)
    }

    /// The matter in a few words.
    public var heading: String {
        let line = text.prefix { $0 != "\n" }
        return String(line.drop { $0 != ":" }.dropFirst(2))
    }

    /// For a terminal: no marks of Markdown, lines of at most `width` characters, rules indented.
    public func plain(width: Int = 90) -> String {
        var lines: [String] = []
        var words: [Substring] = []
        var isRule = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isRule.toggle()
                if isRule, lines.last?.isEmpty == true { lines.removeLast() }
            } else if isRule {
                lines.append(line.isEmpty ? "" : "    " + line)
            } else if line.isEmpty {
                lines += Self.filled(&words, width)
                if lines.last?.isEmpty == false { lines.append("") }
            } else if line.hasPrefix("# ") {
                lines.append(String(line.dropFirst(2)))
            } else if line.hasPrefix("**") {
                if lines.last?.isEmpty == false { lines.append("") }
                lines.append(line.filter { $0 != "*" } + ":")
            } else {
                words += line.split(separator: " ")
            }
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A paragraph in lines of at most `width` characters, as far as its words allow.
    private static func filled(_ words: inout [Substring], _ width: Int) -> [String] {
        var lines: [String] = []
        for word in words {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        words = []
        return lines
    }
}
