import TestSupport

/// JSON texts by chance: every kind of value, odd names, escapes that need not be, space anywhere.
struct JSONMaker {
    var random: SeededRandom

    mutating func text() -> [UInt8] {
        Array(value(depth: 0).utf8)
    }

    /// `text` with one to three bytes changed, taken out or put in.
    mutating func damaged(_ text: [UInt8]) -> [UInt8] {
        var text = text
        let odd: [UInt8] =
            Array("{}[]\",:\\/u0eE+-.tfn \n".utf8) + [0, 0x1f, 0x80, 0xc3, 0xed, 0xff]
        for _ in 0...random.below(3) {
            let place = random.below(text.count + 1)
            switch random.below(3) {
            case 0: text.insert(random.pick(odd), at: place)
            case 1: if place < text.count { text.remove(at: place) }
            default: if place < text.count { text[place] = random.pick(odd) }
            }
        }
        return text
    }

    private mutating func value(depth: Int) -> String {
        let text: String
        switch random.below(depth > 4 ? 5 : 8) {
        case 0: text = random.pick(["true", "false", "null"])
        case 1, 2:
            text = random.pick([
                "0", "-0", "12", "-7.25", "1e9", "3E-2", "0.5e+30", "123456789012345678901",
            ])
        case 3, 4: text = string()
        case 5, 6: text = object(depth)
        default:
            text =
                "["
                + (0..<random.below(4)).map { _ in value(depth: depth + 1) }.joined(separator: ",")
                + space() + "]"
        }
        return space() + text + space()
    }

    private mutating func object(_ depth: Int) -> String {
        var members: [String] = []
        for index in 0..<random.below(4) {
            // Nearly always apart from each other, and sometimes not.
            let name = random.once(in: 12) ? string() : string().dropLast() + "\(index)\""
            members.append(space() + name + space() + ":" + value(depth: depth + 1))
        }
        return "{" + members.joined(separator: ",") + space() + "}"
    }

    private mutating func string() -> String {
        var text = "\""
        for _ in 0..<random.below(random.once(in: 4) ? 40 : 5) {
            text += random.pick([
                "a", "b", "z", " ", ".", "[]", "<key>", "%", "é", "漢", "🜁", "\\n", "\\\"", "\\\\",
                "\\/",
                "\\u0061", "\\u0000", "\\u00e9", "\\ud83d\\ude00", "$", "-", "plain words here",
            ])
        }
        return text + "\""
    }

    private mutating func space() -> String {
        random.once(in: 6) ? random.pick([" ", "\n", "\t", "\r\n", "          "]) : ""
    }
}
