/// What can be wrong with a message, whoever sent it.
///
/// The error says what was seen; which status that is depends on the side it came from, and is decided
/// where the answers are made.
public enum WireError: Error, Equatable, Sendable {
    case badRequestLine
    case badStatusLine
    case badTarget
    case unsafePath
    case badHost
    case badField
    case ambiguousFraming
    case badContentLength
    case badChunk
    case badUpgrade
    case badMaxForwards
    case targetTooLong
    case headTooLarge
    case expectationFailed
    case misdirected
    case upgradeRequired
    case methodNotImplemented
    case codingNotImplemented
    case versionUnsupported
}
