/// Whether a text is one JSON value (RFC 8259), and where it stops being one.
///
/// It keeps nothing of what it reads, and its depth is bounded, so it can be pointed at anything.
public struct JSONGrammar {
    /// Why a text is none, and the byte at which that shows.
    public struct Fault: Error, Equatable, Sendable {
        public let offset: Int
        public let message: String
    }

    private let bytes: [UInt8]
    private var at = 0
    /// What is open: true for an object.
    private var open: [Bool] = []

    /// nil where `bytes` are one value and nothing else.
    public static func fault(in bytes: [UInt8]) -> Fault? {
        var grammar = JSONGrammar(bytes: bytes)
        do throws(Fault) {
            try grammar.text()
            return nil
        } catch {
            return error
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    // MARK: Structure

    /// Values one after the other, and the brackets around them on a list of our own.
    private mutating func text() throws(Fault) {
        var wantsValue = true
        while true {
            skipSpace()
            if wantsValue {
                wantsValue = try value()
                continue
            }
            guard let isObject = open.last else {
                guard at == bytes.count else { throw fault("something follows the value") }
                return
            }
            wantsValue = try afterValue(isObject)
        }
    }

    /// One value, or the opening of one; whether another has to follow.
    private mutating func value() throws(Fault) -> Bool {
        guard at < bytes.count else { throw fault("a value is missing") }
        switch bytes[at] {
        case UInt8(ascii: "{"):
            try enter(isObject: true)
            if take(UInt8(ascii: "}")) {
                open.removeLast()
                return false
            }
            try key()
            return true
        case UInt8(ascii: "["):
            try enter(isObject: false)
            guard take(UInt8(ascii: "]")) else { return true }
            open.removeLast()
            return false
        case 0x22: try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case UInt8(ascii: "-"), 0x30...0x39: try number()
        default: throw fault("no value begins like this")
        }
        return false
    }

    private mutating func afterValue(_ isObject: Bool) throws(Fault) -> Bool {
        if take(UInt8(ascii: ",")) {
            if isObject { try key() }
            return true
        }
        guard take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
            throw fault(isObject ? "`,` or `}` is missing" : "`,` or `]` is missing")
        }
        open.removeLast()
        return false
    }

    private mutating func enter(isObject: Bool) throws(Fault) {
        guard open.count < JSON.depthMax else {
            throw fault("brackets stand in brackets too deep to follow")
        }
        open.append(isObject)
        at += 1
        skipSpace()
    }

    private mutating func key() throws(Fault) {
        skipSpace()
        guard at < bytes.count, bytes[at] == 0x22 else {
            throw fault("a name in quotes is missing")
        }
        try string()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw fault("`:` is missing") }
    }

    // MARK: Scalars

    private mutating func string() throws(Fault) {
        at += 1
        while at < bytes.count, bytes[at] != 0x22 {
            guard bytes[at] >= 0x20 else { throw fault("a control character stands in a text") }
            if bytes[at] == UInt8(ascii: "\\") { try escape() } else { at += 1 }
        }
        guard take(0x22) else { throw fault("a text never ends") }
    }

    private mutating func escape() throws(Fault) {
        let next = at + 1 < bytes.count ? bytes[at + 1] : 0
        if next == UInt8(ascii: "u") {
            let digits = bytes.dropFirst(at + 2).prefix(4)
            guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
            else {
                throw fault("`\\u` wants four hexadecimal digits")
            }
            at += 6
        } else {
            guard "\"\\/bfnrt".utf8.contains(next) else { throw fault("this escape means nothing") }
            at += 2
        }
    }

    private mutating func number() throws(Fault) {
        _ = take(UInt8(ascii: "-"))
        if !take(0x30) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
    }

    private mutating func digits() throws(Fault) {
        let start = at
        while at < bytes.count, 0x30...0x39 ~= bytes[at] { at += 1 }
        guard at > start else { throw fault("a digit is missing") }
    }

    private mutating func word(_ text: String) throws(Fault) {
        guard bytes[at...].starts(with: text.utf8) else { throw fault("no value begins like this") }
        at += text.utf8.count
    }

    // MARK: Bytes

    private mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[at]) { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private func fault(_ message: String) -> Fault { Fault(offset: at, message: message) }
}
