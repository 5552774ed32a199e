/// Writes bytes in the notation of `CaseText`, each in exactly one way.
struct CaseTextWriter {
    private var done: [String] = []
    private var line = ""

    /// Shorter runs are easier to read as they are.
    private static let runMin = 40

    mutating func write(_ piece: CaseText.Piece) {
        switch piece {
        case .untilTaken: line += "\\|"
        case .untilAnswered: line += "\\w"
        case .mark(let name): line += "\\<\(name)>"
        case .bytes(let bytes): write(bytes)
        }
    }

    mutating func finished() -> [String] {
        if !line.isEmpty {
            done.append(line + "\\")
            line = ""
        }
        return done
    }

    private mutating func write(_ bytes: [UInt8]) {
        var at = 0
        while at < bytes.count {
            if bytes[at] == 0x0D, at + 1 < bytes.count, bytes[at + 1] == 0x0A {
                endLine()
                at += 2
                continue
            }
            let run = bytes[at...].prefix(while: { $0 == bytes[at] }).count
            if run >= Self.runMin {
                line += "\\{\(Self.escaped(bytes[at]))*\(run)}"
                at += run
            } else {
                line += Self.escaped(bytes[at])
                at += 1
            }
        }
    }

    private mutating func endLine() {
        // A space at a line's end would be invisible, and editors remove it.
        if line.hasSuffix(" ") {
            line = line.dropLast() + "\\s"
        }
        done.append(line)
        line = ""
    }

    private static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case 0x0D: return "\\r"
        case 0x0A: return "\\n"
        case 0x09: return "\\t"
        case 0x00: return "\\0"
        case UInt8(ascii: "\\"): return "\\\\"
        case 0x20...0x7E: return String(Character(.init(byte)))
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            return "\\x" + (digits.count < 2 ? "0" + digits : digits)
        }
    }
}
