/// How many bytes at one place belong together, and whether they are a scalar in UTF-8 (RFC 3629 §4).
///
/// Bytes that are not are taken together as far as they could have begun a scalar, which is how the
/// Unicode standard counts replacement characters and how `String(decoding:as:)` does.
struct ScalarScan {
    let byteCount: Int
    let isWhole: Bool

    /// Looks at the bytes from `index`, where there is at least one.
    init(of source: RawSpan, at index: Int) {
        guard let form = Form(lead: source.byte(index)) else {
            self.init(byteCount: 1, isWhole: false)
            return
        }
        var seen = 1
        while seen < form.byteCount, index &+ seen < source.byteCount {
            let allowed = seen == 1 ? form.second : 0x80...0xBF
            guard allowed.contains(source.byte(index &+ seen)) else { break }
            seen &+= 1
        }
        self.init(byteCount: seen, isWhole: seen == form.byteCount)
    }

    private init(byteCount: Int, isWhole: Bool) {
        self.byteCount = byteCount
        self.isWhole = isWhole
    }
}

extension ScalarScan {
    /// What a first byte promises: how many bytes, and which second byte.
    ///
    /// The second byte is where overlong forms, surrogates and what lies above U+10FFFF are told apart.
    private struct Form {
        let byteCount: Int
        let second: ClosedRange<UInt8>

        init?(lead: UInt8) {
            switch lead {
            case 0x00..<0x80: self.init(1, 0x80...0xBF)
            case 0xC2..<0xE0: self.init(2, 0x80...0xBF)
            case 0xE0: self.init(3, 0xA0...0xBF)
            case 0xED: self.init(3, 0x80...0x9F)
            case 0xE1..<0xF0: self.init(3, 0x80...0xBF)
            case 0xF0: self.init(4, 0x90...0xBF)
            case 0xF1..<0xF4: self.init(4, 0x80...0xBF)
            case 0xF4: self.init(4, 0x80...0x8F)
            default: return nil
            }
        }

        private init(_ byteCount: Int, _ second: ClosedRange<UInt8>) {
            self.byteCount = byteCount
            self.second = second
        }
    }
}

extension RawSpan {
    /// The first bytes, no more than `byteCountMax`, and none of a scalar that they would cut in two.
    @_lifetime(copy self)
    func prefix(upTo byteCountMax: Int) -> RawSpan {
        let limit = max(0, byteCountMax)
        guard byteCount > limit else { return self }
        for start in stride(from: limit &- 1, through: max(0, limit &- 3), by: -1) {
            let scan = ScalarScan(of: self, at: start)
            if scan.isWhole, start &+ scan.byteCount > limit { return extracting(first: start) }
        }
        return extracting(first: limit)
    }
}
