/// One JSON text (RFC 8259), token by token: the one place where this module decides what JSON is.
///
/// It is strict where readers are known to differ, because what is read here is read again behind the
/// gateway: no name twice in one object, no bytes that are not UTF-8, no half of a surrogate pair,
/// nothing after the value. Its depth is bounded and its memory is kept, so it can be pointed at anything.
struct JSONTokens: ~Copyable, Sendable {
    enum Token: UInt8, Sendable {
        case objectStart, objectEnd, arrayStart, arrayEnd, name, string, number, yes, no, null, end
    }

    private enum Want: UInt8 {
        case value, elementOrEnd, nameOrEnd, afterValue
    }

    /// A bracket that is open: which one, and how many names there were before it.
    private struct Level {
        var isObject = false
        var nameCount = 0
    }

    var at = 0
    /// What the last name, string, number or word was, unescaped.
    var scratch = Scratch()
    private var want = Want.value
    private var levels: [Level] = Array(repeating: Level(), count: JSON.depthMax)
    private(set) var depth = 0
    private var names = NameSet()

    /// Forgets where it was, so that the next text begins.
    mutating func begin() {
        at = 0
        want = .value
        depth = 0
        names.cut(to: 0)
        scratch.removeAll()
    }

    /// Whether the innermost bracket that is open is an array's.
    var isInArray: Bool { depth > 0 && !levels[depth &- 1].isObject }

    /// The next token of `text`, which has to be the same text until `begin`; `.end` where it ends well.
    mutating func next(in text: RawSpan) throws(JSONFault) -> Token {
        skipSpace(in: text)
        switch want {
        case .value: return try value(in: text)
        case .elementOrEnd:
            if take(UInt8(ascii: "]"), in: text) { return leave() }
            return try value(in: text)
        case .nameOrEnd:
            if take(UInt8(ascii: "}"), in: text) { return leave() }
            return try name(in: text)
        case .afterValue: return try afterValue(in: text)
        }
    }

    // MARK: Structure

    private mutating func value(in text: RawSpan) throws(JSONFault) -> Token {
        guard at < text.byteCount else { throw fault("a value is missing") }
        let token: Token
        switch text.byte(at) {
        case UInt8(ascii: "{"): return try enter(.objectStart)
        case UInt8(ascii: "["): return try enter(.arrayStart)
        case 0x22:
            try string(in: text)
            token = .string
        case UInt8(ascii: "t"):
            try word("true", in: text)
            token = .yes
        case UInt8(ascii: "f"):
            try word("false", in: text)
            token = .no
        case UInt8(ascii: "n"):
            try word("null", in: text)
            token = .null
        case UInt8(ascii: "-"), 0x30...0x39:
            try number(in: text)
            token = .number
        default: throw fault("no value begins like this")
        }
        want = .afterValue
        return token
    }

    private mutating func enter(_ bracket: Token) throws(JSONFault) -> Token {
        guard depth < JSON.depthMax else {
            throw fault("brackets stand in brackets too deep to follow")
        }
        let isObject = bracket == .objectStart
        levels[depth] = Level(isObject: isObject, nameCount: names.count)
        depth &+= 1
        at &+= 1
        want = isObject ? .nameOrEnd : .elementOrEnd
        return bracket
    }

    private mutating func leave() -> Token {
        depth &-= 1
        let level = levels[depth]
        names.cut(to: level.nameCount)
        want = .afterValue
        return level.isObject ? .objectEnd : .arrayEnd
    }

    private mutating func afterValue(in text: RawSpan) throws(JSONFault) -> Token {
        guard depth > 0 else {
            guard at >= text.byteCount else { throw fault("something follows the value") }
            return .end
        }
        let isObject = levels[depth &- 1].isObject
        if take(UInt8(ascii: ","), in: text) {
            skipSpace(in: text)
            return isObject ? try name(in: text) : try value(in: text)
        }
        guard take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"), in: text) else {
            throw fault(isObject ? "`,` or `}` is missing" : "`,` or `]` is missing")
        }
        return leave()
    }

    private mutating func name(in text: RawSpan) throws(JSONFault) -> Token {
        let start = at
        guard at < text.byteCount, text.byte(at) == 0x22 else {
            throw fault("a name in quotes is missing")
        }
        try string(in: text)
        switch names.insert(scratch, depth: depth) {
        case .new: break
        case .known:
            throw JSONFault(offset: start, message: "this object has a name twice")
        case .full:
            throw JSONFault(offset: start, message: "there are more names than can be compared")
        }
        skipSpace(in: text)
        guard take(UInt8(ascii: ":"), in: text) else { throw fault("`:` is missing") }
        want = .value
        return .name
    }

    // MARK: Bytes

    private mutating func skipSpace(in text: RawSpan) {
        while at < text.byteCount {
            let byte = text.byte(at)
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D else {
                return
            }
            at &+= 1
        }
    }

    mutating func take(_ byte: UInt8, in text: RawSpan) -> Bool {
        guard at < text.byteCount, text.byte(at) == byte else { return false }
        at &+= 1
        return true
    }

    func fault(_ message: String) -> JSONFault { JSONFault(offset: at, message: message) }
}
