/// A second reader of JSON, written apart from the first and without regard to cost.
///
/// It decodes the whole text to scalars, recurses, and knows nothing of words, scratch or stacks.
struct SlowReader {
    struct Found: Equatable {
        let kind: String
        let path: String
        let value: String
    }

    private struct Refused: Error {}

    private var rest: ArraySlice<Unicode.Scalar>
    private var found: [Found] = []

    /// All that stands in the text, or nil where it is no JSON that is taken.
    static func read(_ bytes: [UInt8]) -> [Found]? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var reader = SlowReader(rest: Array(text.unicodeScalars)[...])
        do {
            try reader.value(at: "", depth: 0)
            reader.space()
            return reader.rest.isEmpty ? reader.found : nil
        } catch {
            return nil
        }
    }

    private mutating func value(at path: String, depth: Int) throws {
        space()
        guard depth <= 32 else { throw Refused() }
        switch rest.first {
        case "{":
            guard depth < 32 else { throw Refused() }
            try object(at: path, depth: depth)
        case "[":
            guard depth < 32 else { throw Refused() }
            rest.removeFirst()
            space()
            if take("]") { return }
            repeat { try value(at: path + "[]", depth: depth + 1) } while try goesOn(until: "]")
        case "\"": add("string", path, try string())
        default:
            for (word, kind) in [("true", "true"), ("false", "false"), ("null", "null")]
            where rest.starts(with: word.unicodeScalars) {
                rest.removeFirst(word.unicodeScalars.count)
                return add(kind, path, word)
            }
            add("number", path, try number())
        }
    }

    private mutating func object(at path: String, depth: Int) throws {
        rest.removeFirst()
        space()
        if take("}") { return }
        var names: Set<[Unicode.Scalar]> = []
        let base = path.isEmpty ? "" : path + "."
        repeat {
            space()
            let name = try string()
            guard names.insert(Array(name.unicodeScalars)).inserted else { throw Refused() }
            add("key", base + "<key>", name)
            space()
            guard take(":") else { throw Refused() }
            try value(at: base + spelled(name), depth: depth + 1)
        } while try goesOn(until: "}")
    }

    private mutating func goesOn(until end: Unicode.Scalar) throws -> Bool {
        space()
        if take(",") { return true }
        guard take(end) else { throw Refused() }
        return false
    }

    private func spelled(_ name: String) -> String {
        if name.isEmpty { return "%" }
        return name.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                (0x21...0x7e).contains(byte) && !"\"%(),.<>[]{}".unicodeScalars.contains(scalar)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(scalar) : "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }

    private mutating func string() throws -> String {
        guard take("\"") else { throw Refused() }
        var units: [UInt16] = []
        while let scalar = rest.popFirst() {
            if scalar == "\"" {
                guard let text = String(validating: units, as: UTF16.self) else { throw Refused() }
                return text
            }
            guard scalar.value >= 0x20 else { throw Refused() }
            guard scalar == "\\" else {
                units += Array(String(scalar).utf16)
                continue
            }
            guard let letter = rest.popFirst() else { throw Refused() }
            let meanings: [Unicode.Scalar: UInt16] = [
                "\"": 0x22, "\\": 0x5c, "/": 0x2f, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
            ]
            if letter == "u" {
                let digits = String(String.UnicodeScalarView(rest.prefix(4)))
                guard digits.utf8.count == 4, !digits.hasPrefix("+"), !digits.hasPrefix("-"),
                    let unit = UInt16(digits, radix: 16)
                else { throw Refused() }
                rest.removeFirst(4)
                units.append(unit)
            } else {
                guard let unit = meanings[letter] else { throw Refused() }
                units.append(unit)
            }
        }
        throw Refused()
    }

    private mutating func number() throws -> String {
        var text = ""
        if take("-") { text = "-" }
        let whole = digits()
        guard whole == "0" || !whole.isEmpty && !whole.hasPrefix("0") || whole.hasPrefix("0") else {
            throw Refused()
        }
        if whole.count > 1, whole.hasPrefix("0") { throw Refused() }
        text += whole
        if take(".") {
            let part = digits()
            guard !part.isEmpty else { throw Refused() }
            text += "." + part
        }
        if let letter = rest.first, letter == "e" || letter == "E" {
            rest.removeFirst()
            text.unicodeScalars.append(letter)
            for sign: Unicode.Scalar in ["+", "-"] where rest.first == sign {
                text.unicodeScalars.append(sign)
                rest.removeFirst()
                break
            }
            let part = digits()
            guard !part.isEmpty else { throw Refused() }
            text += part
        }
        return text
    }

    private mutating func digits() -> String {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest.removeFirst(digits.count)
        return String(String.UnicodeScalarView(digits))
    }

    private mutating func space() {
        while let first = rest.first, [" ", "\t", "\n", "\r"].contains(first) { rest.removeFirst() }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func add(_ kind: String, _ path: String, _ value: String) {
        found.append(Found(kind: kind, path: path, value: value))
    }
}
