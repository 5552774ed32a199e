/// Splits text into commands and words as bash would, and runs nothing.
///
/// Quotes of all three kinds, `\` and comments are read. A variable, a substitution, a pipe or a
/// redirection is a fault: what a shell would put there is not in the capture.
struct ShellWords {
    struct Command {
        let words: [String]
        /// The line it begins on, from one.
        let line: Int
    }

    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var word: [UInt8]?
    private var words: [String] = []
    private var firstLine = 1
    private var commands: [Command] = []

    static func commands(in bytes: [UInt8]) throws(CaptureFault) -> [Command] {
        var shell = ShellWords(bytes: bytes)
        return try shell.read()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func read() throws(CaptureFault) -> [Command] {
        while let byte = take() {
            switch byte {
            case 0x20, 0x09, 0x0d: try endWord()
            case 0x0a, 0x3b: try endCommand()
            // Browsers join several commands with `&`, people with `&&`.
            case 0x26: try endCommand()
            case 0x23 where word == nil: while let next = peek, next != 0x0a { _ = take() }
            case 0x5c: readEscape()
            case 0x27: try readSingle()
            case 0x22: try readDouble()
            case 0x24 where peek == 0x27:
                _ = take()
                try readANSI()
            case 0x24, 0x60: throw fault("a shell would put something else here")
            case 0x7c, 0x3c, 0x3e, 0x28, 0x29:
                throw fault("only plain commands can be replayed: no pipes, redirections or groups")
            default: add(byte)
            }
        }
        try endCommand()
        return commands
    }

    // MARK: Quotes

    /// `\` and a line's end are nothing at all.
    private mutating func readEscape() {
        if peek == 0x0d, at + 1 < bytes.count, bytes[at + 1] == 0x0a { _ = take() }
        guard let next = take() else { return }
        if next != 0x0a { add(next) }
    }

    private mutating func readSingle() throws(CaptureFault) {
        word = word ?? []
        while let byte = take() {
            if byte == 0x27 { return }
            add(byte)
        }
        throw fault("a quote is never closed")
    }

    private mutating func readDouble() throws(CaptureFault) {
        word = word ?? []
        while let byte = take() {
            switch byte {
            case 0x22: return
            case 0x5c:
                guard let next = take() else { break }
                // Only these lose the stroke before them.
                let isSpecial = next == 0x22 || next == 0x5c || next == 0x24 || next == 0x60
                if next == 0x0a { continue }
                if !isSpecial { add(byte) }
                add(next)
            case 0x60: throw fault("a shell would put something else here")
            case 0x24:
                if let next = peek, next.isLetterOfName || next == 0x28 || next == 0x7b {
                    throw fault("a shell would put something else here")
                }
                add(byte)
            default: add(byte)
            }
        }
        throw fault("a quote is never closed")
    }

    /// `$'…'`, as Chrome and Firefox copy what has quotes in it.
    private mutating func readANSI() throws(CaptureFault) {
        word = word ?? []
        while let byte = take() {
            if byte == 0x27 { return }
            guard byte == 0x5c else {
                add(byte)
                continue
            }
            guard let next = take() else { break }
            switch next {
            case UInt8(ascii: "n"): add(0x0a)
            case UInt8(ascii: "t"): add(0x09)
            case UInt8(ascii: "r"): add(0x0d)
            case UInt8(ascii: "a"): add(0x07)
            case UInt8(ascii: "b"): add(0x08)
            case UInt8(ascii: "e"), UInt8(ascii: "E"): add(0x1b)
            case UInt8(ascii: "f"): add(0x0c)
            case UInt8(ascii: "v"): add(0x0b)
            case UInt8(ascii: "x"): add(UInt8(truncatingIfNeeded: number(16, digitMax: 2)))
            case UInt8(ascii: "u"): try add(scalar: number(16, digitMax: 4))
            case UInt8(ascii: "U"): try add(scalar: number(16, digitMax: 8))
            case 0x30...0x37:
                at -= 1
                add(UInt8(truncatingIfNeeded: number(8, digitMax: 3)))
            case 0x5c, 0x27, 0x22, 0x3f: add(next)
            default:
                add(byte)
                add(next)
            }
        }
        throw fault("a quote is never closed")
    }

    private mutating func number(_ radix: Int, digitMax: Int) -> Int {
        var value = 0
        var count = 0
        while count < digitMax, let byte = peek, let digit = byte.digit, digit < radix {
            value = value * radix + digit
            count += 1
            _ = take()
        }
        return value
    }

    // MARK: Words

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func take() -> UInt8? {
        guard at < bytes.count else { return nil }
        at += 1
        if bytes[at - 1] == 0x0a { line += 1 }
        return bytes[at - 1]
    }

    private mutating func add(_ byte: UInt8) {
        if word == nil, words.isEmpty { firstLine = line }
        word = word ?? []
        word?.append(byte)
    }

    private mutating func add(scalar value: Int) throws(CaptureFault) {
        guard let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) else {
            throw fault("an escape stands for no character")
        }
        for byte in String(Character(scalar)).utf8 { add(byte) }
    }

    private mutating func endWord() throws(CaptureFault) {
        guard let word else { return }
        guard words.count < CaptureBounds.wordMax else {
            throw fault("a command has too many words")
        }
        words.append(String(decoding: word, as: UTF8.self))
        self.word = nil
    }

    private mutating func endCommand() throws(CaptureFault) {
        try endWord()
        guard !words.isEmpty else { return }
        guard commands.count < CaptureBounds.requestMax else {
            throw fault("it has more than \(CaptureBounds.requestMax) commands")
        }
        commands.append(Command(words: words, line: firstLine))
        words = []
    }

    private func fault(_ message: String) -> CaptureFault { CaptureFault(message, line: line) }
}

extension UInt8 {
    fileprivate var isLetterOfName: Bool {
        (0x41...0x5a).contains(self) || (0x61...0x7a).contains(self) || self == 0x5f
            || (0x30...0x39).contains(self)
    }

    fileprivate var digit: Int? {
        switch self {
        case 0x30...0x39: Int(self) - 0x30
        case 0x41...0x46: Int(self) - 0x37
        case 0x61...0x66: Int(self) - 0x57
        default: nil
        }
    }
}
