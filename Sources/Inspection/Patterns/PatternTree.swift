/// The shape of a regular expression, as far as it takes to say what every match has in it.
///
/// What it does not know it does not guess: the whole pattern then has no tree, and is always asked.
indirect enum PatternTree {
    /// One byte of a set.
    case byte(ByteSet)
    /// Nothing: the end of a word, of a line, or no pattern at all.
    case nothing
    case sequence([PatternTree])
    case either([PatternTree])
    /// The same again, at least so often and without an end or with one, written at these bytes.
    case again(PatternTree, least: Int, isEndless: Bool, place: Range<Int>)

    init?(_ text: [UInt8]) {
        var parser = PatternParser(text: text)
        guard let tree = parser.pattern() else { return nil }
        self = tree
    }

    // MARK: What a match needs

    /// Sets of bytes, the rarest in honest text first: each match has at least one byte of every set.
    var needs: [ByteSet] {
        switch self {
        case .byte(let set): return set.count > 200 ? [] : [set]
        case .nothing: return []
        case .again(let inner, let least, _, _): return least > 0 ? inner.needs : []
        case .sequence(let pieces):
            var needs: [ByteSet] = []
            for need in pieces.flatMap(\.needs) where !needs.contains(need) { needs.append(need) }
            return Self.rarest(needs)
        case .either(let branches):
            let all = branches.map(\.needs)
            let least = all.map(\.count).min() ?? 0
            return Self.rarest(
                (0..<least).map { index in
                    var union = ByteSet()
                    for needs in all { union.formUnion(needs[index]) }
                    return union
                }
            )
        }
    }

    private static func rarest(_ needs: [ByteSet]) -> [ByteSet] {
        let weighed = needs.enumerated().map { ($0.element.commonness, $0.offset, $0.element) }
        return weighed.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(6).map(\.2)
    }

    // MARK: Repetitions of repetitions

    /// The first `(a+)+` in it: something without an end, repeated without an end.
    var repeatedRepetition: Range<Int>? {
        switch self {
        case .byte, .nothing: return nil
        case .sequence(let pieces), .either(let pieces):
            return pieces.lazy.compactMap(\.repeatedRepetition).first
        case .again(let inner, _, let isEndless, let place):
            if isEndless, inner.isEndlessAlone { return place }
            return inner.repeatedRepetition
        }
    }

    /// Whether a branch of it is one endless repetition and nothing that could not be left out.
    private var isEndlessAlone: Bool {
        switch self {
        case .byte, .nothing: return false
        case .again(let inner, _, let isEndless, _): return isEndless || inner.isEndlessAlone
        case .either(let branches): return branches.contains { $0.isEndlessAlone }
        case .sequence(let pieces):
            let wanted = pieces.filter { !$0.isOptional }
            if wanted.isEmpty { return pieces.contains { $0.isEndlessAlone } }
            return wanted.count == 1 && wanted[0].isEndlessAlone
        }
    }

    private var isOptional: Bool {
        switch self {
        case .byte: false
        case .nothing: true
        case .sequence(let pieces): pieces.allSatisfy(\.isOptional)
        case .either(let branches): branches.contains { $0.isOptional }
        case .again(let inner, let least, _, _): least == 0 || inner.isOptional
        }
    }
}

extension ByteSet {
    /// How likely honest text is to hold one of these bytes, as a number to compare.
    fileprivate var commonness: Int {
        var sum = 0
        for byte in UInt8.min...UInt8.max where contains(byte) {
            switch byte {
            case 0x20, UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"): sum += 60
            case let letter where "aeiorntsld".utf8.contains(letter): sum += 80
            case let letter where "jqxzkvw".utf8.contains(letter): sum += 30
            case 0x61...0x7A: sum += 50
            case 0x30...0x39: sum += 40
            case 0x41...0x5A: sum += 20
            case let mark where "()=;,:&?_%+".utf8.contains(mark): sum += 15
            default: sum += 3
            }
        }
        return sum
    }
}
