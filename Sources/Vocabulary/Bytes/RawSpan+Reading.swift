/// What bytes can be asked without making a String of them.
extension RawSpan {
    /// The byte at `index`, bounds checked.
    @inlinable
    @inline(__always)
    public subscript(_ index: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }

    /// Eight bytes from `index` as one little-endian word, bounds checked.
    @inlinable
    @inline(__always)
    public func word(_ index: Int) -> UInt64 {
        unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Eight bytes from `index`, filled up with spaces where `stop` cuts them short.
    @inlinable
    @inline(__always)
    public func word(at index: Int, before stop: Int) -> UInt64 {
        if index &+ 8 <= stop { return word(index) }
        var word: UInt64 = 0x2020_2020_2020_2020
        var at = stop
        while at > index {
            at &-= 1
            word = word << 8 | UInt64(self[at])
        }
        return word
    }

    /// The bytes of `range`.
    @inlinable
    @inline(__always)
    public subscript(_ range: ByteRange) -> RawSpan {
        @_lifetime(copy self)
        get { extracting(range.bounds) }
    }

    /// Whether these bytes are exactly `literal`.
    public func equals(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard byteCount == count else { return false }
        for index in 0..<count where unsafe self[index] != literal.utf8Start[index] { return false }
        return true
    }

    /// Whether these bytes are `literal`, which is in lower case, when letters are compared without case.
    public func equalsIgnoringCase(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard byteCount == count else { return false }
        for index in 0..<count where unsafe self[index].lowercased != literal.utf8Start[index] {
            return false
        }
        return true
    }

    /// Whether `other` has the same bytes when letters are compared without case.
    public func equalsIgnoringCase(_ other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        for index in 0..<byteCount where self[index].lowercased != other[index].lowercased {
            return false
        }
        return true
    }

    /// Whether these bytes begin with `literal`, which is in lower case, without regard to case.
    public func startsIgnoringCase(with literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        return byteCount >= count && extracting(first: count).equalsIgnoringCase(literal)
    }

    /// Whether `literal`, which is in lower case, stands anywhere in these bytes, without regard to case.
    public func containsIgnoringCase(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        var index = 0
        while index &+ count <= byteCount {
            if extracting(index..<(index &+ count)).equalsIgnoringCase(literal) { return true }
            index &+= 1
        }
        return false
    }

    /// The place of the first `byte` at or after `start`.
    @inlinable
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        var index = start
        while index < byteCount {
            if self[index] == byte { return index }
            index &+= 1
        }
        return nil
    }

    /// The place of the last `byte`.
    public func lastIndex(of byte: UInt8) -> Int? {
        var index = byteCount
        while index > 0 {
            index &-= 1
            if self[index] == byte { return index }
        }
        return nil
    }

    /// These bytes without the spaces and tabs at either end (RFC 9110 §5.6.3).
    public var trimmed: RawSpan {
        @_lifetime(copy self)
        get {
            var start = 0
            var end = byteCount
            while start < end, self[start].isBlank { start &+= 1 }
            while end > start, self[end &- 1].isBlank { end &-= 1 }
            return extracting(start..<end)
        }
    }

    /// The decimal number these bytes spell in digits alone, if they are 1 to `digitsMax` of them.
    ///
    /// No sign, no space and no comma: what other readers might take differently is no number here.
    public func decimal(digitsMax: Int) -> Int? {
        guard byteCount > 0, byteCount <= digitsMax, digitsMax <= 18 else { return nil }
        var value = 0
        for index in 0..<byteCount {
            let digit = self[index] &- 0x30
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }
}
