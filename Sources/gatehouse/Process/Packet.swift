/// Writes what one process tells another: numbers with their lowest byte first, and counted runs of bytes.
struct PacketWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: type(of: number).bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func append(_ isTrue: Bool) { bytes.append(isTrue ? 1 : 0) }
    mutating func append(raw run: [UInt8]) { bytes += run }

    /// Of any length.
    mutating func append(long text: String) {
        append(UInt32(clamping: text.utf8.count))
        bytes += text.utf8
    }

    mutating func append(_ texts: [String]) {
        append(UInt16(clamping: texts.count))
        for text in texts.prefix(Int(UInt16.max)) { append(text) }
    }

    mutating func append(_ text: String) {
        append(UInt16(clamping: text.utf8.count))
        bytes += text.utf8.prefix(Int(UInt16.max))
    }
}

/// Reads it again, trusting none of it: nil is the answer to whatever is not there.
struct PacketReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number? {
        guard let run = raw(Number.bitWidth / 8) else { return nil }
        return run.reversed().reduce(0) { sum, byte in
            sum << 8 | Number(truncatingIfNeeded: byte)
        }
    }

    mutating func flag() -> Bool? {
        switch number(UInt8.self) {
        case 0: false
        case 1: true
        default: nil
        }
    }

    mutating func raw(_ count: Int) -> [UInt8]? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func text() -> String? {
        guard let count = number(UInt16.self), let run = raw(Int(count)) else { return nil }
        return String(validating: run, as: UTF8.self)
    }

    mutating func longText() -> String? {
        guard let count = number(UInt32.self), let run = raw(Int(count)) else { return nil }
        return String(validating: run, as: UTF8.self)
    }

    mutating func texts() -> [String]? {
        guard let count = number(UInt16.self) else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let text = text() else { return nil }
            texts.append(text)
        }
        return texts
    }
}
