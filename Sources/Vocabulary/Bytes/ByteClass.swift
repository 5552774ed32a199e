/// The sets a byte may belong to, in the grammars of RFC 9110 and RFC 3986.
///
/// One table of flags serves every question: a look-up costs a load and a mask, where a chain of
/// comparisons costs a branch for each.
public struct ByteClass: OptionSet, BitwiseCopyable, Sendable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// tchar, RFC 9110 §5.6.2.
    @inlinable public static var token: ByteClass { ByteClass(rawValue: 1) }
    /// unreserved, RFC 3986 §2.3.
    @inlinable public static var unreserved: ByteClass { ByteClass(rawValue: 2) }
    /// pchar and the slash, RFC 3986 §3.3, without the percent sign.
    @inlinable public static var path: ByteClass { ByteClass(rawValue: 4) }
    /// What a field value may hold: all but control characters; tab is allowed (RFC 9110 §5.5).
    @inlinable public static var fieldValue: ByteClass { ByteClass(rawValue: 8) }
    /// Letters, digits, hyphen, underscore and dot: what we take for a host name.
    @inlinable public static var host: ByteClass { ByteClass(rawValue: 16) }
    /// Visible ASCII, RFC 5234's VCHAR.
    @inlinable public static var visible: ByteClass { ByteClass(rawValue: 32) }
}

extension UInt8 {
    /// Whether the byte belongs to `sets`.
    @inlinable
    @inline(__always)
    public func isIn(_ sets: ByteClass) -> Bool {
        byteClassTable[Int(self)] & sets.rawValue != 0
    }

    @inlinable
    @inline(__always)
    public var isToken: Bool {
        // Names are letters and hyphens but for a few; the table is asked about those.
        isLetter || self == 0x2d || isIn(.token)
    }

    @inlinable
    @inline(__always)
    public var isBlank: Bool { self == 0x20 || self == 0x09 }

    @inlinable
    @inline(__always)
    public var isDigit: Bool { self &- 0x30 <= 9 }

    @inlinable
    @inline(__always)
    public var isLetter: Bool { (self | 0x20) &- 0x61 <= 25 }

    /// An ASCII letter in lower case; every other byte as it is.
    @inlinable
    @inline(__always)
    public var lowercased: UInt8 { self &- 0x41 <= 25 ? self | 0x20 : self }

    /// The value of a hexadecimal digit.
    @inlinable
    @inline(__always)
    public var hexadecimalValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter <= 5 ? letter &+ 10 : nil
    }
}
