import Vocabulary

/// What a head's Content-Length and Transfer-Encoding fields say together (RFC 9112 §6.3).
///
/// Every way to say the end of a body twice has been used to smuggle a message past somebody. So it is
/// said once and plainly, or the message is refused: even equal repeats are.
struct MessageFraming {
    private var length: Int?
    private var coding: TransferCoding?

    mutating func readLength(_ value: RawSpan) throws(WireError) {
        guard length == nil else { throw .ambiguousFraming }
        guard let value = value.decimal(digitsMax: WireBounds.contentLengthDigitsMax) else {
            throw .badContentLength
        }
        length = value
    }

    mutating func readCoding(_ value: RawSpan) throws(WireError) {
        guard coding == nil else { throw .ambiguousFraming }
        coding = TransferCoding(value)
    }

    /// nil when the head says nothing.
    func framing(minorVersion: Int) throws(WireError) -> BodyFraming? {
        guard let coding else { return length.map(BodyFraming.length) }
        guard length == nil, minorVersion == 1 else { throw .ambiguousFraming }
        switch coding {
        case .chunked: return .chunked
        case .unknown: throw .codingNotImplemented
        case .ambiguous: throw .ambiguousFraming
        }
    }
}
