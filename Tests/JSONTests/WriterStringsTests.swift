import Foundation
import JSON
import Testing

/// A string's bytes, judged by a reader that is not ours.
struct WriterStringsTests {
    private func string(_ bytes: [UInt8], upTo byteCountMax: Int = .max) -> String {
        var json = JSONWriter()
        json.string(bytes.span, upTo: byteCountMax)
        return String(of: json)
    }

    private func read(_ text: String) throws -> String? {
        let value = try JSONSerialization.jsonObject(
            with: Data(text.utf8),
            options: .fragmentsAllowed
        )
        return value as? String
    }

    // MARK: Escapes

    @Test func `plain bytes of every length are copied`() {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        for count in 0...alphabet.count {
            let bytes = Array(alphabet.prefix(count))

            #expect(string(bytes) == "\"" + String(decoding: bytes, as: UTF8.self) + "\"")
        }
    }

    @Test func `quotes and backslashes are escaped wherever they stand`() {
        for place in 0..<20 {
            var bytes = Array("abcdefghijklmnopqrst".utf8)
            bytes[place] = UInt8(ascii: "\"")
            let expected = String(decoding: bytes, as: UTF8.self)
                .replacingOccurrences(of: "\"", with: "\\\"")

            #expect(string(bytes) == "\"" + expected + "\"")
        }
        #expect(string(Array(#"a\b"#.utf8)) == #""a\\b""#)
    }

    @Test func `control characters are written in hexadecimal`() {
        #expect(
            string([0x00, 0x09, 0x0A, 0x0D, 0x1B, 0x1F])
                == #""\u0000\u0009\u000a\u000d\u001b\u001f""#
        )
    }

    @Test func `what JSON allows stays as it is`() {
        let allowed = "\u{7F}/\u{2028}\u{2029}ä€😀"

        #expect(string(Array(allowed.utf8)) == "\"" + allowed + "\"")
    }

    @Test func `keys are escaped as strings are`() {
        var json = JSONWriter()
        json.key("a\"\n")

        #expect(String(of: json) == #""a\"\u000a":"#)
    }

    @Test func `strings come from literals, texts and spans alike`() {
        var json = JSONWriter()
        json.beginArray()
        json.string("é")
        json.string(String("é"), upTo: 10)
        json.string([0xC3, 0xA9].span)
        json.string(RawSpan())
        json.endArray()

        #expect(String(of: json) == #"["é","é","é",""]"#)
    }

    // MARK: Bytes that are not UTF-8

    @Test(
        arguments: [
            ([0x80], "\u{FFFD}"),
            ([0xFF, 0xFE], "\u{FFFD}\u{FFFD}"),
            ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}"),
            ([0xE0, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xE2, 0x82], "\u{FFFD}"),
            ([0xF0, 0x9F, 0x98, 0x41], "\u{FFFD}A"),
            ([0xE2, 0x22], "\u{FFFD}\\\""),
        ] as [([UInt8], String)]
    )
    func `broken sequences become replacement characters`(bytes: [UInt8], text: String) {
        #expect(string(bytes) == "\"" + text + "\"")
    }

    // MARK: Bounds

    @Test(arguments: [
        (0, ""), (1, "a"), (2, "a"), (3, "aé"), (4, "aé"), (5, "aé"), (6, "aé€"), (9, "aé€"),
        (10, "aé€😀"),
        (11, "aé€😀"), (-1, ""),
    ])
    func `a bound cuts before the scalar it would split`(byteCountMax: Int, text: String) {
        #expect(string(Array("aé€😀".utf8), upTo: byteCountMax) == "\"" + text + "\"")
    }

    @Test func `a bound cuts broken bytes where it stands`() {
        #expect(string([0x80, 0x80, 0x80, 0x80, 0x80], upTo: 2) == "\"\u{FFFD}\u{FFFD}\"")
    }

    // MARK: Any bytes at all

    @Test func `any bytes are read back as the text they stand for`() throws {
        let seed = Chance.seed
        var chance = Chance(seed: seed)
        for _ in 0..<3_000 {
            let bytes = chance.bytes()
            let written = string(bytes)

            #expect(!written.utf8.contains { $0 < 0x20 }, "seed \(seed)")
            #expect(try read(written) == String(decoding: bytes, as: UTF8.self), "seed \(seed)")
        }
    }

    @Test func `any bytes under any bound stay valid and within it`() throws {
        let seed = Chance.seed
        var chance = Chance(seed: seed)
        for _ in 0..<3_000 {
            let bytes = chance.bytes()
            let bound = Int(chance.next() % 40)
            let written = string(bytes, upTo: bound)

            #expect(written.utf8.count <= 2 + bound * JSON.expansionMax, "seed \(seed)")
            #expect(try read(written) != nil, "seed \(seed)")
        }
    }

    @Test func `any text under any bound is read back as a prefix of itself`() throws {
        let seed = Chance.seed
        var chance = Chance(seed: seed)
        for _ in 0..<1_000 {
            let text = String(decoding: chance.bytes(), as: UTF8.self)
            let bound = Int(chance.next() % 40)
            let prefix = try #require(try read(string(Array(text.utf8), upTo: bound)))

            #expect(Array(text.unicodeScalars).starts(with: prefix.unicodeScalars), "seed \(seed)")
            #expect(prefix.utf8.count > bound - 4 || prefix == text, "seed \(seed)")
        }
    }
}

/// Random bytes in which what matters to JSON is common.
private struct Chance: RandomNumberGenerator {
    /// `SEED` from the environment, or a new one.
    static var seed: UInt64 {
        ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }
            ?? .random(in: 0 ... .max)
    }

    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        let mixed = (state ^ state >> 29).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return mixed.high ^ mixed.low
    }

    mutating func bytes() -> [UInt8] {
        var bytes: [UInt8] = []
        let count = Int(next() % 60)
        while bytes.count < count {
            switch next() % 8 {
            case 0: bytes.append(UInt8.random(in: 0...0x1F, using: &self))
            case 1: bytes += [0x22, 0x5C, 0x7F, 0x2F].shuffled(using: &self).prefix(1)
            case 2: bytes.append(UInt8.random(in: 0x80...0xFF, using: &self))
            case 3:
                bytes += Array(
                    ["é", "€", "😀", "\u{2028}"].randomElement(using: &self)?.utf8 ?? "".utf8
                )
            default: bytes.append(UInt8.random(in: 0x20...0x7E, using: &self))
            }
        }
        return bytes
    }
}

extension String {
    /// What was written, if all of it is UTF-8.
    init(of json: borrowing JSONWriter) {
        let bytes = unsafe json.bytes.withUnsafeBytes { bytes in unsafe Array(bytes) }
        self = String(validating: bytes, as: UTF8.self) ?? "not UTF-8: \(bytes)"
    }
}
