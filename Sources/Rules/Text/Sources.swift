/// All files of one policy, in the order they were read.
public struct Sources: Sendable {
    public private(set) var files: [Source] = []

    public init() {}

    /// Takes a file in; what it says is known by the number that comes back.
    @discardableResult
    public mutating func add(_ source: Source) -> Int {
        files.append(source)
        return files.count - 1
    }

    public subscript(number: Int) -> Source { files[number] }

    public func text(_ range: SourceRange) -> String { files[range.file].text(range.bytes) }

    /// `sites/api.gate:12`, as logs and `explain` name a rule.
    public func place(_ range: SourceRange) -> String {
        let file = files[range.file]
        return "\(file.name):\(file.line(at: range.start) + 1)"
    }
}
