/// One file of rules, read whole, and the way from a place in it to a line and a column.
///
/// It is read once and kept for as long as the policy made from it: whatever is said later about a rule
/// can show the line as it was when it was read.
public struct Source: Sendable {
    /// How the author knows it: the path from the entry file's folder.
    public let name: String
    public let bytes: [UInt8]
    /// Where each line begins.
    private let lineStarts: [Int]

    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == 0x0a { starts.append(index + 1) }
        lineStarts = starts
    }

    public init(name: String, text: String) {
        self.init(name: name, bytes: Array(text.utf8))
    }

    public var lineCount: Int { lineStarts.count }

    /// The number of the line that holds the byte at `offset`, from zero.
    public func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// Where a line stands, without what ends it.
    public func range(ofLine line: Int) -> Range<Int> {
        let start = lineStarts[line]
        var end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : bytes.count
        if end > start, bytes[end - 1] == 0x0d { end -= 1 }
        return start..<end
    }

    /// How many characters stand before `offset` on its line.
    public func column(at offset: Int) -> Int {
        let start = range(ofLine: line(at: offset)).lowerBound
        return text(start..<max(start, offset)).count
    }

    public func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }
}

/// A stretch of one source.
public struct SourceRange: Hashable, Sendable {
    /// Which of the `Sources`.
    public let file: Int
    public let start: Int
    public let end: Int

    public init(file: Int, _ range: Range<Int>) {
        self.file = file
        start = range.lowerBound
        end = range.upperBound
    }

    public var bytes: Range<Int> { start..<end }

    /// From where this begins to where `other` ends; both are of the same file.
    public func through(_ other: SourceRange) -> SourceRange {
        SourceRange(file: file, start..<max(end, other.end))
    }

    /// The place just behind it.
    public var after: SourceRange { SourceRange(file: file, end..<end) }
}
