/// What stands between quotes, and what it says.
enum StringLiteral {
    /// The text of a whole literal, quotes included; a broken escape stands for itself.
    static func value(of literal: String) -> String {
        var result = ""
        var rest = literal.dropFirst().dropLast()[...]
        while let character = rest.popFirst() {
            guard character == "\\" else {
                result.append(character)
                continue
            }
            result += escape(&rest) ?? "\\"
        }
        return result
    }

    /// The first escape that means nothing, as offsets into the literal's UTF-8.
    static func firstBadEscape(in literal: String) -> Range<Int>? {
        var rest = literal.dropFirst().dropLast()[...]
        while let character = rest.popFirst() {
            guard character == "\\" else { continue }
            let before = rest
            if escape(&rest) == nil {
                let start = literal.utf8.count - before.utf8.count - 2
                return start..<start + 1 + (before.first?.utf8.count ?? 0)
            }
        }
        return nil
    }

    /// A text as a literal that says it.
    static func literal(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.isDirectionControl:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func escape(_ rest: inout Substring) -> String? {
        switch rest.first {
        case "\"": return take(&rest, "\"")
        case "\\": return take(&rest, "\\")
        case "n": return take(&rest, "\n")
        case "t": return take(&rest, "\t")
        case "u":
            let after = rest.dropFirst()
            guard after.first == "{", let end = after.firstIndex(of: "}") else { return nil }
            let digits = after[after.index(after: after.startIndex)..<end]
            guard (1...6).contains(digits.count), digits.allSatisfy(\.isHexDigit),
                let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code)
            else { return nil }
            rest = after[after.index(after: end)...]
            return String(Character(scalar))
        default: return nil
        }
    }

    private static func take(_ rest: inout Substring, _ text: String) -> String {
        rest.removeFirst()
        return text
    }
}

extension Unicode.Scalar {
    /// It makes a line read otherwise than it runs.
    var isDirectionControl: Bool {
        switch value {
        case 0x061c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
