/// Where something stands in the files a policy was made of.
public struct SourcePlace: Sendable, BitwiseCopyable, Hashable {
    /// The number of the file in `Policy.files`.
    public let file: UInt16
    /// Counted from one; 0 for what stands nowhere.
    public let line: UInt32

    public init(file: UInt16, line: UInt32) {
        self.file = file
        self.line = line
    }

    public static let none = SourcePlace(file: 0, line: 0)
}
