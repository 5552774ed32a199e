import Glibc

/// One file that holds an input and, below lines of ten dashes, what is expected of it.
///
/// The one golden mechanism of every suite. The file's name, with its dashes read as spaces, is
/// the name of the test. `UPDATE=1` writes what was seen over what was expected and says so for
/// each file; the diff is the review.
public struct GoldenCase: Sendable {
    public static let divider = "----------"

    public let path: String
    /// Where the file lies in its corpus, without the ending.
    public let name: String
    public private(set) var sections: [[String]]

    public static var isUpdating: Bool {
        guard let value = unsafe getenv("UPDATE") else { return false }
        return unsafe String(cString: value) == "1"
    }

    /// Every golden below `corpus`, sorted by name.
    public static func all(below corpus: String) throws(TextFile.Failure) -> [GoldenCase] {
        var found: [GoldenCase] = []
        for file in try TextFile.all(below: corpus) where file.hasSuffix(".golden") {
            found.append(try GoldenCase(corpus + "/" + file, named: String(file.dropLast(7))))
        }
        return found
    }

    public init(_ path: String, named name: String) throws(TextFile.Failure) {
        self.init(path: path, name: name, text: try TextFile.read(path))
    }

    public init(path: String, name: String, text: String) {
        self.path = path
        self.name = name
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if lines.last == "" { lines.removeLast() }
        sections = lines.split(separator: Self.divider, omittingEmptySubsequences: false)
            .map { Array($0) }
    }

    /// The name as words, which is how the test is called.
    public var title: String {
        String(name.map { $0 == "-" ? " " : $0 })
    }

    /// Nil when `seen` is what the section expects, and otherwise both, side by side to the eye.
    ///
    /// `expected` is the section as the caller reads it, where that is not the text itself.
    public func difference(
        of seen: [String],
        from expected: [String],
        called subject: String
    ) -> String? {
        guard seen != expected else { return nil }
        return """
            \(path): \(subject)
              expected:
            \(Self.marked(expected, against: seen))
              seen:
            \(Self.marked(seen, against: expected))
            """
    }

    /// Puts what was seen in place of a section, and prints that it did.
    public mutating func rewrite(section: Int, with seen: [String]) throws(TextFile.Failure) {
        while sections.count <= section { sections.append([]) }
        sections[section] = seen
        let text = sections.map { $0.map { $0 + "\n" }.joined() }
            .joined(separator: Self.divider + "\n")
        try TextFile.write(text, to: path)
        print("rewritten: \(path)")
    }

    private static func marked(_ lines: [String], against other: [String]) -> String {
        if lines.isEmpty { return "    (nothing)" }
        return lines.enumerated().map { index, line in
            let isSame = index < other.count && other[index] == line
            return (isSame ? "      " : "    > ") + line
        }.joined(separator: "\n")
    }
}
