public import Vocabulary

/// Something the rules say, and where they say it.
public struct Said<Value: Sendable>: Sendable {
    public let value: Value
    public let at: SourceRange

    public init(_ value: Value, at: SourceRange) {
        self.value = value
        self.at = at
    }
}

extension Said: Equatable where Value: Equatable {}

/// A word of the author's, or a text.
public typealias Name = Said<String>

/// How every exception ends: why, until when, and the capture that proves it is needed.
public struct Tail: Sendable {
    public var because: Name?
    public var until: Said<Day>?
    public var proved: Name?
    /// What follows could not be read, and may be what is missing.
    public var isBroken = false

    /// A reason is given, or may be in what could not be read.
    public var saysWhy: Bool { isBroken || because?.value.contains { !$0.isWhitespace } == true }
}
