import Vocabulary

/// The pairs of a query or of a form (`application/x-www-form-urlencoded`), decoded once, in their order.
///
/// `&` separates pairs and nothing else does; the first `=` ends a name. A percent sign that no two hexadecimal
/// digits follow stands for itself. Pieces of no bytes are none.
public struct FormReader: ~Copyable, Sendable {
    private var at = 0
    private var nameScratch = Scratch()
    private var valueScratch = Scratch()

    public init() {}

    /// Forgets where it was, so that the next text begins.
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

    /// Goes on to the next pair of `text`, which has to be the same text until `begin`; false at its end.
    public mutating func next(in text: RawSpan) -> Bool {
        while at < text.byteCount, text[at] == UInt8(ascii: "&") { at &+= 1 }
        guard at < text.byteCount else { return false }
        nameScratch.removeAll()
        valueScratch.removeAll()
        at = Self.decode(text, from: at, isName: true, into: &nameScratch)
        if at < text.byteCount, text[at] == UInt8(ascii: "=") {
            at = Self.decode(text, from: at &+ 1, isName: false, into: &valueScratch)
        }
        return true
    }

    /// Decodes up to the end of a name or a value, and says where that is.
    private static func decode(
        _ text: RawSpan,
        from start: Int,
        isName: Bool,
        into target: inout Scratch
    ) -> Int {
        var plain = start
        var at = start
        while at < text.byteCount {
            let byte = text[at]
            if byte == UInt8(ascii: "&") || (isName && byte == UInt8(ascii: "=")) { break }
            if byte == UInt8(ascii: "+") {
                target.append(text, from: plain, to: at)
                target.append(0x20)
                at &+= 1
                plain = at
            } else if byte == UInt8(ascii: "%"),
                let value = text.hexadecimal(at: at &+ 1, digits: 2)
            {
                target.append(text, from: plain, to: at)
                target.append(UInt8(truncatingIfNeeded: value))
                at &+= 3
                plain = at
            } else {
                at &+= 1
            }
        }
        target.append(text, from: plain, to: at)
        return at
    }
}
