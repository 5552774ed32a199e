import Testing
import Vocabulary

/// The table, derived again from the words of the grammars.
struct ByteClassTests {
    private static let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    private static let digits = Set("0123456789".utf8)
    private static let visible = Set(UInt8(0x21)...0x7e)

    private func members(_ set: ByteClass) -> Set<UInt8> {
        Set((UInt8.min...UInt8.max).filter { $0.isIn(set) })
    }

    @Test func `tchar is letters, digits and fifteen signs`() {
        let signs = Set("!#$%&'*+-.^_`|~".utf8)

        #expect(signs.count == 15)
        #expect(members(.token) == Self.letters.union(Self.digits).union(signs))
    }

    @Test func `tchar is any visible byte except the delimiters`() {
        #expect(members(.token) == Self.visible.subtracting("\"(),/:;<=>?@[\\]{}".utf8))
    }

    @Test func `unreserved is letters, digits, hyphen, dot, underscore and tilde`() {
        #expect(members(.unreserved) == Self.letters.union(Self.digits).union("-._~".utf8))
    }

    @Test func `a path holds unreserved, sub-delims, colon, at and slash`() {
        let expected = Self.letters.union(Self.digits).union("-._~".utf8)
            .union("!$&'()*+,;=".utf8).union(":@/".utf8)

        #expect(members(.path) == expected)
    }

    @Test func `a field value holds all but controls, and the tab`() {
        #expect(members(.fieldValue) == Set([0x09] + Array(0x20...0x7e) + Array(0x80...0xff)))
    }

    @Test func `a host holds letters, digits, hyphen, dot and underscore`() {
        #expect(members(.host) == Self.letters.union(Self.digits).union("-._".utf8))
    }

    @Test func `visible is what ASCII prints, without the space`() {
        #expect(members(.visible) == Self.visible)
    }

    @Test func `a byte is in several sets if it is in one of them`() {
        let slash = UInt8(ascii: "/")

        #expect(slash.isIn([.token, .path]))
        #expect(!slash.isIn([.token, .host]))
    }

    @Test func `single questions agree with the language`() {
        for byte in UInt8.min...UInt8.max {
            let letter = Unicode.Scalar(byte)
            let character = Character(letter)
            #expect(byte.isDigit == Self.digits.contains(byte))
            #expect(byte.isLetter == Self.letters.contains(byte))
            #expect(byte.isBlank == (byte == 0x20 || byte == 0x09))
            #expect(byte.isToken == byte.isIn(.token))
            let small = letter.isASCII ? character.lowercased() : String(character)
            #expect(String(Character(Unicode.Scalar(byte.lowercased))) == small)
            let digit = letter.isASCII ? character.hexDigitValue : nil
            #expect(byte.hexadecimalValue.map(Int.init) == digit)
        }
    }
}
