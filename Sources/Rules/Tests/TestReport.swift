import Policy

/// What running the tests has come to.
public struct TestReport: Sendable {
    public internal(set) var passedCount = 0
    /// One for each test that failed, at what it expected.
    public internal(set) var failures: [Diagnostic] = []
    /// Tests for which no time was left.
    public internal(set) var notRunCount = 0
    public internal(set) var coverage = Coverage()

    public init() {}

    public var runCount: Int { passedCount + failures.count }
    public var isFine: Bool { failures.isEmpty }
}
