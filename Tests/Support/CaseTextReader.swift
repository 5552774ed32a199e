/// Reads the notation of `CaseText`, line by line.
struct CaseTextReader {
    private(set) var pieces: [CaseText.Piece] = []

    mutating func read(line: [UInt8]) throws(CaseText.Malformed) {
        var at = 0
        while at < line.count {
            guard line[at] == UInt8(ascii: "\\") else {
                append([line[at]])
                at += 1
                continue
            }
            if at + 1 == line.count { return }
            at = try escape(in: line, at: at + 1)
        }
        append([0x0D, 0x0A])
    }

    private mutating func escape(in line: [UInt8], at: Int) throws(CaseText.Malformed) -> Int {
        switch line[at] {
        case UInt8(ascii: "|"): pieces.append(.untilTaken)
        case UInt8(ascii: "w"): pieces.append(.untilAnswered)
        case UInt8(ascii: "<"):
            let end = try index(of: ">", in: line, from: at)
            pieces.append(.mark(String(decoding: line[(at + 1)..<end], as: UTF8.self)))
            return end + 1
        case UInt8(ascii: "{"):
            let end = try index(of: "}", in: line, from: at)
            append(try repetition(Array(line[(at + 1)..<end])))
            return end + 1
        default:
            let (byte, next) = try Self.byte(in: line, at: at)
            append([byte])
            return next
        }
        return at + 1
    }

    private func repetition(_ inside: [UInt8]) throws(CaseText.Malformed) -> [UInt8] {
        guard let star = inside.lastIndex(of: UInt8(ascii: "*")),
            let count = Int(String(decoding: inside[(star + 1)...], as: UTF8.self))
        else { throw .init(description: "a repetition is written \\{text*N}") }
        var once: [UInt8] = []
        var at = 0
        while at < star {
            if inside[at] == UInt8(ascii: "\\") {
                let (byte, next) = try Self.byte(in: inside, at: at + 1)
                once.append(byte)
                at = next
            } else {
                once.append(inside[at])
                at += 1
            }
        }
        return [UInt8]((0..<count).lazy.flatMap { _ in once })
    }

    private static func byte(
        in line: [UInt8],
        at: Int
    ) throws(CaseText.Malformed) -> (UInt8, Int) {
        switch line[at] {
        case UInt8(ascii: "r"): return (0x0D, at + 1)
        case UInt8(ascii: "n"): return (0x0A, at + 1)
        case UInt8(ascii: "t"): return (0x09, at + 1)
        case UInt8(ascii: "0"): return (0x00, at + 1)
        case UInt8(ascii: "s"): return (0x20, at + 1)
        case UInt8(ascii: "\\"): return (UInt8(ascii: "\\"), at + 1)
        case UInt8(ascii: "x"):
            let digits = String(decoding: line.dropFirst(at + 1).prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let byte = UInt8(digits, radix: 16) else {
                throw .init(description: "\\x\(digits) is not a byte")
            }
            return (byte, at + 3)
        default:
            throw .init(description: "there is no escape \\\(Character(.init(line[at])))")
        }
    }

    private func index(
        of mark: Unicode.Scalar,
        in line: [UInt8],
        from: Int
    ) throws(CaseText.Malformed) -> Int {
        guard let index = line[from...].firstIndex(of: UInt8(ascii: mark)) else {
            throw .init(description: "\(mark) is missing")
        }
        return index
    }

    private mutating func append(_ bytes: [UInt8]) {
        if case .bytes(let before) = pieces.last {
            pieces[pieces.count - 1] = .bytes(before + bytes)
        } else {
            pieces.append(.bytes(bytes))
        }
    }
}
