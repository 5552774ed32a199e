/// Strings, numbers and words; each leaves its text in `scratch`.
extension JSONTokens {
    /// A string from its quote on, unescaped; U+0000 is kept where it was written as an escape.
    mutating func string(in text: RawSpan) throws(JSONFault) {
        scratch.removeAll()
        at &+= 1
        while true {
            let start = at
            try skipPlain(in: text)
            scratch.append(text.extracting(start..<at))
            guard at < text.byteCount else { throw fault("a text never ends") }
            if take(0x22, in: text) { return }
            try escape(in: text)
        }
    }

    /// Goes on to the next quote, the next backslash, or the end.
    private mutating func skipPlain(in text: RawSpan) throws(JSONFault) {
        while at < text.byteCount {
            let marks = text.word(at: at).markedBytes
            guard marks != 0 else {
                at = min(at &+ 8, text.byteCount)
                continue
            }
            at &+= marks.trailingZeroBitCount >> 3
            guard at < text.byteCount else {
                // Beyond the end the word was filled with zeros, which are marked.
                at = text.byteCount
                return
            }
            let byte = text.byte(at)
            guard byte >= 0x80 else {
                if byte == 0x22 || byte == UInt8(ascii: "\\") { return }
                throw fault("a control character stands in a text")
            }
            let scan = ScalarScan(of: text, at: at)
            guard scan.isWhole else { throw fault("a text is not UTF-8") }
            at &+= scan.byteCount
        }
    }

    private mutating func escape(in text: RawSpan) throws(JSONFault) {
        let letter = at &+ 1 < text.byteCount ? text.byte(at &+ 1) : 0
        switch letter {
        case 0x22, UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(letter)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"):
            try unicodeEscape(in: text)
            return
        default: throw fault("this escape means nothing")
        }
        at &+= 2
    }

    /// `\uXXXX`, or two of them that are one scalar together (RFC 8259 §7).
    private mutating func unicodeEscape(in text: RawSpan) throws(JSONFault) {
        let first = try hexadecimal(in: text, from: at)
        guard 0xD800...0xDFFF ~= first else {
            scratch.append(scalar: first)
            at &+= 6
            return
        }
        guard first < 0xDC00, at &+ 7 < text.byteCount, text.byte(at &+ 6) == UInt8(ascii: "\\"),
            text.byte(at &+ 7) == UInt8(ascii: "u")
        else { throw fault("half of a pair of `\\u` escapes stands alone") }
        let second = try hexadecimal(in: text, from: at &+ 6)
        guard 0xDC00...0xDFFF ~= second else {
            throw fault("half of a pair of `\\u` escapes stands alone")
        }
        scratch.append(scalar: 0x1_0000 &+ (first &- 0xD800) << 10 &+ (second &- 0xDC00))
        at &+= 12
    }

    /// The four digits after the backslash at `start`, which is where a fault shows.
    private func hexadecimal(in text: RawSpan, from start: Int) throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for index in (start &+ 2)..<(start &+ 6) {
            let byte = index < text.byteCount ? text.byte(index) : 0
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte &- 0x30
            case 0x41...0x46: digit = byte &- 0x37
            case 0x61...0x66: digit = byte &- 0x57
            default:
                throw JSONFault(offset: start, message: "`\\u` wants four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    mutating func number(in text: RawSpan) throws(JSONFault) {
        let start = at
        _ = take(UInt8(ascii: "-"), in: text)
        if !take(0x30, in: text) { try digits(in: text) }
        if take(UInt8(ascii: "."), in: text) { try digits(in: text) }
        if take(UInt8(ascii: "e"), in: text) || take(UInt8(ascii: "E"), in: text) {
            if !take(UInt8(ascii: "+"), in: text) { _ = take(UInt8(ascii: "-"), in: text) }
            try digits(in: text)
        }
        keep(start, in: text)
    }

    private mutating func digits(in text: RawSpan) throws(JSONFault) {
        let start = at
        while at < text.byteCount, 0x30...0x39 ~= text.byte(at) { at &+= 1 }
        guard at > start else { throw fault("a digit is missing") }
    }

    mutating func word(_ word: StaticString, in text: RawSpan) throws(JSONFault) {
        let expected = word.bytes
        let start = at
        guard text.byteCount &- at >= expected.byteCount else {
            throw fault("no value begins like this")
        }
        for index in 0..<expected.byteCount {
            guard text.byte(start &+ index) == expected.byte(index) else {
                throw fault("no value begins like this")
            }
        }
        at &+= expected.byteCount
        keep(start, in: text)
    }

    private mutating func keep(_ start: Int, in text: RawSpan) {
        scratch.removeAll()
        scratch.append(text.extracting(start..<at))
    }
}
