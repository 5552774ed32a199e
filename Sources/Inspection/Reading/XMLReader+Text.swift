import Vocabulary

/// Characters between tags, and the references in them.
extension XMLReader {
    /// The text up to the next tag, CDATA sections included; false where there is none but white space.
    ///
    /// A comment does not end it: who asks for an element's text is given what stands on both sides as one.
    mutating func characters(in text: RawSpan) throws(BodyFault) -> Bool {
        valueScratch.removeAll()
        while at < text.byteCount {
            if text.starts(with: "<![CDATA[", at: at) {
                try section(in: text)
                continue
            }
            if text.starts(with: "<!--", at: at) {
                try comment(in: text)
                continue
            }
            if text[at] == UInt8(ascii: "<") { break }
            try decode(text, until: UInt8(ascii: "<"))
        }
        for index in 0..<valueScratch.count where !valueScratch[index].isXMLSpace { return true }
        return false
    }

    private mutating func section(in text: RawSpan) throws(BodyFault) {
        let start = at &+ 9
        var end = start
        while let place = text.firstIndex(of: UInt8(ascii: "]"), from: end) {
            if text.starts(with: "]]>", at: place) {
                valueScratch.append(text.extracting(start..<place))
                at = place &+ 3
                return
            }
            end = place &+ 1
        }
        throw BodyFault(at, "a CDATA section never ends")
    }

    /// Adds what stands up to `end`, with its references resolved.
    mutating func decode(_ text: RawSpan, until end: UInt8) throws(BodyFault) {
        var plain = at
        while at < text.byteCount, text[at] != end {
            let byte = text[at]
            if byte == UInt8(ascii: "<") { throw BodyFault(at, "`<` stands in an attribute") }
            if byte < 0x20, !byte.isXMLSpace {
                throw BodyFault(at, "a control character stands in the text")
            }
            guard byte == UInt8(ascii: "&") else {
                at &+= 1
                continue
            }
            valueScratch.append(text, from: plain, to: at)
            try reference(in: text)
            plain = at
        }
        valueScratch.append(text, from: plain, to: at)
    }

    /// One of the five references that every document has, or a number.
    private mutating func reference(in text: RawSpan) throws(BodyFault) {
        let start = at
        let limit = min(text.byteCount, at &+ 12)
        var end = at &+ 1
        while end < limit, text[end] != UInt8(ascii: ";") { end &+= 1 }
        guard end < limit else { throw BodyFault(start, "a reference never ends") }
        let name = text.extracting((start &+ 1)..<end)
        at = end &+ 1
        if name.equals("lt") { return valueScratch.append(UInt8(ascii: "<")) }
        if name.equals("gt") { return valueScratch.append(UInt8(ascii: ">")) }
        if name.equals("amp") { return valueScratch.append(UInt8(ascii: "&")) }
        if name.equals("quot") { return valueScratch.append(0x22) }
        if name.equals("apos") { return valueScratch.append(0x27) }
        guard let value = number(name), value > 0, let scalar = Unicode.Scalar(value) else {
            throw BodyFault(start, "an entity is not taken")
        }
        valueScratch.append(scalar: scalar.value)
    }

    private func number(_ name: RawSpan) -> UInt32? {
        guard name.byteCount > 1, name[0] == UInt8(ascii: "#") else { return nil }
        let isHexadecimal = name[1] == UInt8(ascii: "x")
        let first = isHexadecimal ? 2 : 1
        guard name.byteCount > first else { return nil }
        var value: UInt32 = 0
        for index in first..<name.byteCount {
            guard let digit = name[index].hexadecimalValue, isHexadecimal || digit < 10 else {
                return nil
            }
            value = min(value &* (isHexadecimal ? 16 : 10) &+ UInt32(digit), 0x11_0000)
        }
        return value
    }
}

extension RawSpan {
    /// The first byte of what is not UTF-8, if anything is not.
    var firstNotUTF8: Int? {
        var index = 0
        while index < byteCount {
            let lead = self[index]
            if lead < 0x80 {
                index &+= 1
                continue
            }
            guard 0xC2...0xF4 ~= lead else { return index }
            let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
            guard index &+ length <= byteCount else { return index }
            let second = self[index &+ 1]
            let least: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
            let most: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
            guard least <= second, second <= most else { return index }
            for offset in 2..<max(length, 2) where self[index &+ offset] & 0xC0 != 0x80 {
                return index
            }
            index &+= length
        }
        return nil
    }
}
