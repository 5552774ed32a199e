/// Finds in a regular expression what only an engine that goes back could match.
///
/// RE2 refuses these too, and says no more than that it does not know them; who wrote one is owed the word for it.
enum BacktrackingScan {
    static func fault(in text: [UInt8]) -> PatternFault? {
        var at = 0
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "\\"):
                if let fault = escape(text, at) { return fault }
                at += 2
            case UInt8(ascii: "["): at = endOfClass(text, at)
            case UInt8(ascii: "("):
                if let fault = group(text, at) { return fault }
                at += 1
            case UInt8(ascii: "+"):
                if let fault = possessive(text, at) { return fault }
                at += 1
            default: at += 1
            }
        }
        return nil
    }

    private static func escape(_ text: [UInt8], _ at: Int) -> PatternFault? {
        guard at + 1 < text.count else { return nil }
        let letter = text[at + 1]
        let next = at + 2 < text.count ? text[at + 2] : 0
        let isOctal = 0x30...0x37 ~= letter && 0x30...0x37 ~= next
        let isNamed =
            (letter == UInt8(ascii: "k") || letter == UInt8(ascii: "g"))
            && "<{'".utf8.contains(next)
        guard isNamed || (0x31...0x39 ~= letter && !isOctal) else { return nil }
        return PatternFault(
            .needsBacktracking,
            at: at..<at + 2,
            "a back-reference cannot be matched in linear time"
        )
    }

    private static func group(_ text: [UInt8], _ at: Int) -> PatternFault? {
        let kinds: [(String, String)] = [
            ("(?<=", "a look behind"), ("(?<!", "a look behind"), ("(?=", "a look ahead"),
            ("(?!", "a look ahead"), ("(?>", "an atomic group"), ("(?(", "a condition"),
            ("(?P=", "a back-reference"), ("(?R", "a recursion"), ("(?&", "a recursion"),
        ]
        for (opening, name) in kinds where text[at...].starts(with: opening.utf8) {
            let end = endOfGroup(text, at)
            return PatternFault(
                .needsBacktracking,
                at: at..<end,
                "\(name) cannot be matched in linear time"
            )
        }
        return nil
    }

    /// A plus after another repetition: `a++`.
    private static func possessive(_ text: [UInt8], _ at: Int) -> PatternFault? {
        guard at > 1, "+*?}".utf8.contains(text[at - 1]), text[at - 2] != UInt8(ascii: "\\"),
            text[at - 1] != UInt8(ascii: "}") || text[at - 2] != UInt8(ascii: "{")
        else { return nil }
        if text[at - 1] == UInt8(ascii: "}"), !isRepetition(text, endingAt: at - 1) { return nil }
        return PatternFault(
            .needsBacktracking,
            at: at - 1..<at + 1,
            "a possessive repetition cannot be matched in linear time"
        )
    }

    private static func isRepetition(_ text: [UInt8], endingAt end: Int) -> Bool {
        var at = end - 1
        while at >= 0, 0x30...0x39 ~= text[at] || text[at] == UInt8(ascii: ",") { at -= 1 }
        return at >= 0 && at < end - 1 && text[at] == UInt8(ascii: "{")
    }

    /// What follows the class that begins at `start`.
    static func endOfClass(_ text: [UInt8], _ start: Int) -> Int {
        var at = start + 1
        if at < text.count, text[at] == UInt8(ascii: "^") { at += 1 }
        if at < text.count, text[at] == UInt8(ascii: "]") { at += 1 }
        while at < text.count, text[at] != UInt8(ascii: "]") {
            if text[at] == UInt8(ascii: "\\") {
                at += 2
            } else if text[at...].starts(with: "[:".utf8) {
                at += 2
                while at < text.count, !text[at...].starts(with: ":]".utf8) { at += 1 }
                at += 2
            } else {
                at += 1
            }
        }
        return min(at + 1, text.count)
    }

    private static func endOfGroup(_ text: [UInt8], _ start: Int) -> Int {
        var at = start
        var depth = 0
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "\\"): at += 1
            case UInt8(ascii: "["): at = endOfClass(text, at) - 1
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return at + 1 }
            default: break
            }
            at += 1
        }
        return text.count
    }
}
