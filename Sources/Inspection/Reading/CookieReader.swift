import Vocabulary

/// The cookies of one Cookie field (RFC 6265 §5.4), as they were sent: nothing in them is decoded.
///
/// `;` separates cookies, white space around a name or a value is none of it, and the first `=` ends a name. A piece
/// without one is a value without a name, as browsers have it. Quotes around a value belong to it.
public struct CookieReader: ~Copyable, Sendable {
    private var at = 0
    private var nameScratch = Scratch()
    private var valueScratch = Scratch()

    public init() {}

    /// Forgets where it was, so that the next field begins.
    public mutating func begin() {
        at = 0
    }

    public var name: RawSpan {
        @_lifetime(borrow self)
        get { nameScratch.bytes }
    }

    public var value: RawSpan {
        @_lifetime(borrow self)
        get { valueScratch.bytes }
    }

    /// Goes on to the next cookie of `field`, which has to be the same until `begin`; false at its end.
    public mutating func next(in field: RawSpan) -> Bool {
        while at < field.byteCount {
            let end = field.firstIndex(of: UInt8(ascii: ";"), from: at) ?? field.byteCount
            let piece = field.extracting(at..<end).trimmed
            at = end &+ 1
            if piece.byteCount == 0 { continue }
            nameScratch.removeAll()
            valueScratch.removeAll()
            if let equals = piece.firstIndex(of: UInt8(ascii: "=")) {
                nameScratch.append(piece.extracting(0..<equals).trimmed)
                valueScratch.append(piece.extracting((equals &+ 1)..<piece.byteCount).trimmed)
            } else {
                valueScratch.append(piece)
            }
            return true
        }
        return false
    }
}
