import Vocabulary

/// How a field's name is spelled in a finding, so that rules can name it and none is taken for another.
///
/// A JSON path comes spelled by `JSONPath`. Any other name is its own bytes, but that `"`, `%`, `(`, `)`, `,`, `<`, `>`,
/// `{`, `}` and all that is not visible ASCII are written as in a URL; dots and square brackets stay, since nothing is
/// nested. A name of no bytes is a `%` alone. So `<key>`, where the value is a name itself, is nobody's name.
enum FieldName {
    /// Behind a name that was too long to keep: no whole name ends so.
    static let cutMark: StaticString = "%%"

    static func append(_ name: RawSpan, to target: inout Scratch) {
        if name.byteCount == 0 { target.append(UInt8(ascii: "%")) }
        for index in 0..<min(name.byteCount, InspectionBounds.nameByteCountMax) {
            let byte = name[index]
            if isPlain(byte) {
                target.append(byte)
            } else {
                target.append(UInt8(ascii: "%"))
                target.append(digit(byte >> 4))
                target.append(digit(byte & 15))
            }
        }
    }

    /// The bytes that a reader knows a field by whose spelling is `name`.
    static func bytes(of name: String, in place: Place) -> [UInt8] {
        let spelled = Array(name.utf8)
        if place == .json || place == .xml || place == .header { return spelled }
        if name == "%" { return [] }
        var bytes: [UInt8] = []
        var at = 0
        while at < spelled.count {
            if spelled[at] == UInt8(ascii: "%"), at + 2 < spelled.count,
                let high = spelled[at + 1].hexadecimalValue,
                let low = spelled[at + 2].hexadecimalValue
            {
                bytes.append(high << 4 | low)
                at += 3
            } else {
                bytes.append(spelled[at])
                at += 1
            }
        }
        return bytes
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        guard 0x21...0x7E ~= byte else { return false }
        switch byte {
        case 0x22, 0x25, 0x28, 0x29, 0x2C, 0x3C, 0x3E, 0x7B, 0x7D: return false
        default: return true
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 &+ value : 0x37 &+ value
    }
}
