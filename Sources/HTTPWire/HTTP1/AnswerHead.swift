public import Vocabulary

/// The head of an upstream's answer, read and settled.
///
/// It is trusted no more than a request.
public struct AnswerHead: ~Copyable {
    public internal(set) var section = FieldSection()
    public internal(set) var status = 0
    public internal(set) var minorVersion = 1
    /// What the fields say of the body, whatever the request was.
    var declared: BodyFraming?
    /// The connection may carry another exchange after this answer.
    public internal(set) var keepsAlive = true
    public internal(set) var nominatesFields = false
    public internal(set) var namesWebSocket = false

    public init() {}

    public var isInterim: Bool { status < 200 }

    /// Whether the fields speak of a body, whatever the request was.
    public var declaresBody: Bool { declared?.isEmpty == false }

    /// Where the body ends, which depends on what was asked (RFC 9112 §6.3).
    public func framing(toHead: Bool) -> BodyFraming {
        if toHead || isInterim || status == 204 || status == 304 { return .none }
        return declared ?? .untilClose
    }

    public mutating func release(to pool: BlockPool) {
        section.release(to: pool)
        var fresh = AnswerHead()
        swap(&self, &fresh)
    }
}
