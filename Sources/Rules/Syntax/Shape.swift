import Vocabulary

/// The class of a bare token, by its shape alone.
enum Shape {
    static func kind(of text: String) -> Token.Kind {
        let bytes = Array(text.utf8)
        guard let first = bytes.first else { return .symbol }
        if first == UInt8(ascii: "/") { return .path }
        if text.contains("://") { return .url }
        if isAddress(bytes) { return .address }
        if first == UInt8(ascii: ":") { return isPort(bytes.dropFirst()) ? .port : .symbol }
        if isHostPort(bytes) { return .hostPort }
        if first.isDigit { return number(text, bytes) }
        if first.isLower { return lower(bytes) }
        if first.isUpper { return upper(bytes) }
        return .symbol
    }

    // MARK: Words

    private static func lower(_ bytes: [UInt8]) -> Token.Kind {
        if bytes.allSatisfy({ $0.isLower || $0.isDigit || $0 == UInt8(ascii: "_") }) {
            return .word
        }
        if bytes.contains(UInt8(ascii: ".")) {
            return bytes.allSatisfy(isOfField) ? .dotted : .symbol
        }
        let isHyphenated =
            bytes.contains(UInt8(ascii: "-")) && bytes.last != UInt8(ascii: "-")
            && bytes.allSatisfy { $0.isLower || $0.isDigit || $0 == UInt8(ascii: "-") }
        return isHyphenated ? .hyphenated : .symbol
    }

    private static func upper(_ bytes: [UInt8]) -> Token.Kind {
        if bytes.starts(with: [0x41, 0x53]), bytes.count > 2,
            bytes.dropFirst(2).allSatisfy(\.isDigit)
        {
            return .asn
        }
        let isUpper = bytes.allSatisfy { $0.isUpper || $0.isDigit || $0 == UInt8(ascii: "_") }
        if isUpper { return .upper }
        let isDotted = bytes.contains(UInt8(ascii: ".")) && bytes.allSatisfy(isOfField)
        return isDotted ? .dotted : .symbol
    }

    /// A field's or a host's: letters, digits and what stands in JSON paths.
    private static func isOfField(_ byte: UInt8) -> Bool {
        byte.isLower || byte.isUpper || byte.isDigit || ".-_[]<>$".utf8.contains(byte)
    }

    // MARK: Numbers

    private static func number(_ text: String, _ bytes: [UInt8]) -> Token.Kind {
        let digits = bytes.prefix { $0.isDigit }.count
        let unit = String(decoding: bytes[digits...], as: UTF8.self)
        switch unit {
        case "": return .integer
        case "%": return .percent
        case _ where isFraction(unit): return .percent
        case "x": return .factor
        case "ms", "s", "m", "h", "d": return .duration
        case "B", "KiB", "MiB", "GiB": return .size
        default: break
        }
        if isDate(bytes.prefix(10)) {
            if bytes.count == 10 { return .date }
            return isTime(bytes.dropFirst(10)) ? .timestamp : .symbol
        }
        if unit.hasPrefix("/") { return isRate(unit.dropFirst()) ? .rate : .oddUnit }
        // A host may begin with a digit; what has neither dot nor hyphen was meant as a number.
        if bytes.contains(UInt8(ascii: ".")), bytes.contains(where: \.isLower) {
            return bytes.allSatisfy(isOfField) ? .dotted : .symbol
        }
        return unit.utf8.allSatisfy { $0.isLower || $0.isUpper } ? .oddUnit : .symbol
    }

    /// `.5%`, behind the digits of `0.5%`.
    private static func isFraction(_ unit: String) -> Bool {
        guard unit.hasPrefix("."), unit.hasSuffix("%") else { return false }
        let digits = unit.utf8.dropFirst().dropLast()
        return (1...2).contains(digits.count) && digits.allSatisfy(\.isDigit)
    }

    private static func isRate(_ period: Substring) -> Bool {
        let digits = period.prefix { $0.isASCII && $0.isNumber }
        return ["s", "m", "h", "d"].contains(String(period.dropFirst(digits.count)))
    }

    private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count == 10 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            index == 4 || index == 7 ? byte == UInt8(ascii: "-") : byte.isDigit
        }
    }

    /// `T18:00Z`, seconds optional.
    private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(bytes)
        guard bytes.count == 7 || bytes.count == 10, bytes[0] == UInt8(ascii: "T"),
            bytes.last == UInt8(ascii: "Z")
        else { return false }
        return bytes[1..<bytes.count - 1].enumerated().allSatisfy { index, byte in
            index % 3 == 2 ? byte == UInt8(ascii: ":") : byte.isDigit
        }
    }

    // MARK: Addresses

    /// An address or a network, bits after the prefix included: those are for the checker to name.
    private static func isAddress(_ bytes: [UInt8]) -> Bool {
        let slash = bytes.firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
        let address = Array(bytes[..<slash])
        guard unsafe IPAddress(address.span.bytes) != nil else { return false }
        return slash == bytes.count
            || (slash + 1 < bytes.count && bytes[(slash + 1)...].allSatisfy(\.isDigit))
    }

    private static func isHostPort(_ bytes: [UInt8]) -> Bool {
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")), colon > 0,
            isPort(bytes[(colon + 1)...])
        else { return false }
        var host = bytes[..<colon]
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") {
            host = host.dropFirst().dropLast()
            return isAddress(Array(host))
        }
        return host.allSatisfy {
            $0.isLower || $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
    }

    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        (1...5).contains(bytes.count) && bytes.allSatisfy(\.isDigit)
    }
}

extension UInt8 {
    var isDigit: Bool { 0x30...0x39 ~= self }
    var isLower: Bool { 0x61...0x7a ~= self }
    var isUpper: Bool { 0x41...0x5a ~= self }
}
