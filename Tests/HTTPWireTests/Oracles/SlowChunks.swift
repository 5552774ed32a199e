/// A chunked body, told slowly: one byte at a time, and every line judged as text.
public struct SlowChunks {
    private enum Place { case size, data, dataEnd, trailer }

    public private(set) var facts = BodyFacts()

    private var place = Place.size
    private var line: [UInt8] = []
    private var left = 0
    private var extensionBytes = 0
    private var trailerBytes = 0
    private var trailers: [String] = []

    private static let tokens = Set(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8
    )

    public init(_ body: [UInt8]) {
        var rest = body[...]
        while facts.end == .incomplete, let byte = rest.popFirst() {
            if !take(byte) { facts.end = .refused }
        }
        if facts.end == .complete {
            facts.rest = rest.count
            facts.trailers = trailers
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        if place == .data {
            facts.data.append(byte)
            left -= 1
            if left == 0 { place = .dataEnd }
            return true
        }
        if place == .trailer { trailerBytes += 1 }
        line.append(byte)
        guard trailerBytes <= 8192, isBegun(line) else { return false }
        guard line.suffix(2) == [0x0d, 0x0a] else { return true }
        let whole = Array(line.dropLast(2))
        line = []
        return end(whole)
    }

    /// Whether a line may begin like this.
    private func isBegun(_ line: [UInt8]) -> Bool {
        // CR at the last place but one wants its LF, and stands nowhere else.
        if let mark = line.firstIndex(of: 0x0d), mark < line.count - 1 {
            return mark == line.count - 2 && line.last == 0x0a
        }
        let text = line.last == 0x0d ? Array(line.dropLast()) : line
        guard text.allSatisfy({ $0 == 0x09 || $0 >= 0x20 && $0 != 0x7f }) else { return false }
        switch place {
        case .data, .trailer: return true
        case .dataEnd: return text.isEmpty
        case .size:
            let isPlain = text.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
            return isPlain && isSize(text, isWhole: line.last == 0x0d)
        }
    }

    private func isSize(_ text: [UInt8], isWhole: Bool) -> Bool {
        let digits = text.prefix { $0 != UInt8(ascii: ";") }
        guard digits.count <= 15, String(wire: digits).allSatisfy(\.isHexDigit) else {
            return false
        }
        if (isWhole || digits.count < text.count) && digits.isEmpty { return false }
        let extended = text.dropFirst(digits.count + 1)
        return extended.count <= 256 && extensionBytes + extended.count <= 4096
            && extended.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
    }

    private mutating func end(_ whole: [UInt8]) -> Bool {
        switch place {
        case .data: break
        case .dataEnd: place = .size
        case .size:
            let digits = whole.prefix { $0 != UInt8(ascii: ";") }
            extensionBytes += max(whole.count - digits.count - 1, 0)
            left = Int(String(wire: digits), radix: 16) ?? 0
            place = left == 0 ? .trailer : .data
        case .trailer:
            if whole.isEmpty {
                facts.end = .complete
                return true
            }
            let name = whole.prefix { $0 != UInt8(ascii: ":") }
            guard name.count < whole.count, !name.isEmpty, trailers.count < 32,
                name.allSatisfy(Self.tokens.contains)
            else { return false }
            let value = whole.dropFirst(name.count + 1)
            trailers.append(String(wire: name) + ": " + String(wire: value).trimmed)
        }
        return true
    }
}
