import Vocabulary

/// Reads the syntax of RE2 into a `PatternTree`, and nothing where it meets what it does not know.
struct PatternParser {
    private let text: [UInt8]
    private var at = 0
    private var depth = 0
    private var ignoresCase = false

    init(text: [UInt8]) {
        self.text = text
    }

    mutating func pattern() -> PatternTree? {
        guard let tree = branches(), at == text.count else { return nil }
        return tree
    }

    private mutating func branches() -> PatternTree? {
        var found: [PatternTree] = []
        repeat {
            guard let branch = sequence() else { return nil }
            found.append(branch)
        } while take(UInt8(ascii: "|"))
        return found.count == 1 ? found[0] : .either(found)
    }

    private mutating func sequence() -> PatternTree? {
        var pieces: [PatternTree] = []
        while at < text.count, text[at] != UInt8(ascii: "|"), text[at] != UInt8(ascii: ")") {
            let start = at
            guard var piece = atom() else { return nil }
            while let (least, isEndless) = repetition() {
                piece = .again(piece, least: least, isEndless: isEndless, place: start..<at)
            }
            pieces.append(piece)
        }
        return pieces.isEmpty ? .nothing : .sequence(pieces)
    }

    /// `*`, `+`, `?` or `{2,3}`, with the `?` that asks for as little as possible.
    private mutating func repetition() -> (least: Int, isEndless: Bool)? {
        guard at < text.count else { return nil }
        let found: (Int, Bool)
        switch text[at] {
        case UInt8(ascii: "*"): found = (0, true)
        case UInt8(ascii: "+"): found = (1, true)
        case UInt8(ascii: "?"): found = (0, false)
        case UInt8(ascii: "{"):
            guard let counted = counted() else { return nil }
            _ = take(UInt8(ascii: "?"))
            return counted
        default: return nil
        }
        at += 1
        _ = take(UInt8(ascii: "?"))
        return found
    }

    private mutating func counted() -> (least: Int, isEndless: Bool)? {
        guard let end = text[at...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let inner = String(decoding: text[at + 1..<end], as: UTF8.self)
        let parts = inner.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.utf8.allSatisfy(\.isDigit) }), let least = Int(parts[0]) else {
            return nil
        }
        at = end + 1
        return (least, parts.count == 2 && parts[1].isEmpty)
    }

    // MARK: Atoms

    private mutating func atom() -> PatternTree? {
        let byte = text[at]
        at += 1
        switch byte {
        case UInt8(ascii: "("): return group()
        case UInt8(ascii: "["): return set()
        case UInt8(ascii: "."): return .byte(.all)
        case UInt8(ascii: "^"), UInt8(ascii: "$"): return .nothing
        case UInt8(ascii: "\\"): return escape()
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): return nil
        default: return literal(byte)
        }
    }

    private func literal(_ byte: UInt8) -> PatternTree {
        var set = ByteSet([byte])
        if ignoresCase { set = set.withBothCases }
        return .byte(set)
    }

    /// What follows a `(`.
    private mutating func group() -> PatternTree? {
        guard depth < InspectionBounds.patternDepthMax else { return nil }
        let outside = ignoresCase
        if take(UInt8(ascii: "?")) {
            if take(UInt8(ascii: "P")) {
                guard let end = text[at...].firstIndex(of: UInt8(ascii: ">")) else { return nil }
                at = end + 1
            } else {
                guard let isOpen = flags() else { return nil }
                // `(?i)` holds for the rest of the group it stands in.
                if !isOpen { return .nothing }
            }
        }
        depth += 1
        guard let inner = branches(), take(UInt8(ascii: ")")) else { return nil }
        depth -= 1
        ignoresCase = outside
        return inner
    }

    /// `i:` or `i)`: whether a group follows.
    private mutating func flags() -> Bool? {
        var value = true
        while at < text.count {
            let flag = text[at]
            at += 1
            switch flag {
            case UInt8(ascii: "i"): ignoresCase = value
            case UInt8(ascii: "s"), UInt8(ascii: "m"), UInt8(ascii: "U"): break
            case UInt8(ascii: "-"): value = false
            case UInt8(ascii: ":"): return true
            case UInt8(ascii: ")"): return false
            default: return nil
            }
        }
        return nil
    }

    private mutating func escape() -> PatternTree? {
        guard at < text.count else { return nil }
        let letter = text[at]
        if letter == UInt8(ascii: "b") || letter == UInt8(ascii: "B") || letter == UInt8(ascii: "A")
            || letter == UInt8(ascii: "z")
        {
            at += 1
            return .nothing
        }
        guard let set = escapedSet() else { return nil }
        return .byte(ignoresCase ? set.withBothCases : set)
    }

    /// The bytes that the escape stands for whose letter comes next.
    private mutating func escapedSet() -> ByteSet? {
        guard at < text.count else { return nil }
        let letter = text[at]
        at += 1
        switch letter {
        case UInt8(ascii: "d"): return .digits
        case UInt8(ascii: "D"): return ByteSet.digits.complement
        case UInt8(ascii: "w"): return .wordBytes
        case UInt8(ascii: "W"): return ByteSet.wordBytes.complement
        case UInt8(ascii: "s"): return ByteSet([0x09, 0x0A, 0x0C, 0x0D, 0x20])
        case UInt8(ascii: "S"): return ByteSet([0x09, 0x0A, 0x0C, 0x0D, 0x20]).complement
        case UInt8(ascii: "C"): return .all
        case UInt8(ascii: "a"): return ByteSet([0x07])
        case UInt8(ascii: "f"): return ByteSet([0x0C])
        case UInt8(ascii: "n"): return ByteSet([0x0A])
        case UInt8(ascii: "r"): return ByteSet([0x0D])
        case UInt8(ascii: "t"): return ByteSet([0x09])
        case UInt8(ascii: "v"): return ByteSet([0x0B])
        case UInt8(ascii: "x"): return hexadecimal().map { ByteSet([$0]) }
        default: return letter.isLetter || letter.isDigit ? nil : ByteSet([letter])
        }
    }

    /// Two digits, or any number of them in braces.
    private mutating func hexadecimal() -> UInt8? {
        let isBraced = take(UInt8(ascii: "{"))
        var value = 0
        var digits = 0
        while at < text.count, digits < (isBraced ? 8 : 2), let digit = text[at].hexadecimalValue {
            value = value << 4 | Int(digit)
            digits += 1
            at += 1
        }
        guard isBraced ? take(UInt8(ascii: "}")) && digits > 0 : digits == 2 else { return nil }
        return UInt8(exactly: value)
    }

    // MARK: Classes

    /// What follows a `[`.
    private mutating func set() -> PatternTree? {
        let isNegated = take(UInt8(ascii: "^"))
        var found = ByteSet()
        var isFirst = true
        while at < text.count, isFirst || text[at] != UInt8(ascii: "]") {
            isFirst = false
            if text[at...].starts(with: "[:".utf8) { return nil }
            guard let (set, low) = member() else { return nil }
            guard let low, at + 1 < text.count, text[at] == UInt8(ascii: "-"),
                text[at + 1] != UInt8(ascii: "]")
            else {
                found.formUnion(set)
                continue
            }
            at += 1
            guard let (_, high) = member(), let high, low <= high else { return nil }
            found.formUnion(ByteSet(low...high))
        }
        guard take(UInt8(ascii: "]")) else { return nil }
        if isNegated { return .byte(found.complement) }
        return .byte(ignoresCase ? found.withBothCases : found)
    }

    /// One member of a class, and which byte it is if it is one.
    private mutating func member() -> (ByteSet, UInt8?)? {
        guard at < text.count else { return nil }
        let byte = text[at]
        at += 1
        guard byte == UInt8(ascii: "\\") else { return (ByteSet([byte]), byte) }
        guard let set = escapedSet() else { return nil }
        return (set, set.count == 1 ? (UInt8.min...UInt8.max).first { set.contains($0) } : nil)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < text.count, text[at] == byte else { return false }
        at += 1
        return true
    }
}

extension ByteSet {
    fileprivate static let digits = ByteSet(0x30...0x39)
    fileprivate static let wordBytes = ByteSet(
        (UInt8.min...UInt8.max).filter { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
    )

    /// The same with each letter in both cases; RE2 folds bytes from 0x80 on as Latin-1, so all of those.
    fileprivate var withBothCases: ByteSet {
        var set = self
        for byte in UInt8.min...UInt8.max where contains(byte) {
            if byte.isLetter { set.insert(byte ^ 0x20) }
            if byte >= 0x80 { set.formUnion(.high) }
        }
        return set
    }
}
