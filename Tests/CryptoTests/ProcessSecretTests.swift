import Testing

@testable import Crypto

struct ProcessSecretTests {
    @Test func `the same file leads to the same keys, another to others`() throws {
        let file = Array(repeating: UInt8(ascii: "a"), count: 32)
        let one = try #require(ProcessSecret(contents: file))
        let two = try #require(ProcessSecret(contents: file))
        let other = try #require(ProcessSecret(contents: file + [10]))

        #expect(one.derived(for: "tickets") == two.derived(for: "tickets"))
        #expect(one.derived(for: "tickets") != one.derived(for: "cookies"))
        #expect(one.derived(for: "tickets") != other.derived(for: "tickets"))
    }

    @Test func `less than 32 bytes are no secret`() {
        #expect(ProcessSecret(contents: Array(repeating: 1, count: 31)) == nil)
        #expect(ProcessSecret(handedOver: Array(repeating: 1, count: 33)) == nil)
    }

    @Test func `a secret handed over is the same one`() {
        let secret = ProcessSecret()
        #expect(ProcessSecret(handedOver: secret.bytes) == secret)
        #expect(ProcessSecret() != secret)
    }

    @Test func `it never prints itself`() {
        let secret = ProcessSecret()
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(text.contains("‹secret›"))
            #expect(!text.contains("\(secret.bytes[0]), "))
        }
    }

    /// RFC 4231, test case 2.
    @Test func `the authenticator is HMAC-SHA256`() {
        let made = Digest.authenticator(
            of: Array("what do ya want for nothing?".utf8),
            under: Array("Jefe".utf8)
        )
        #expect(made.prefix(4) == [0x5b, 0xdc, 0xc1, 0x46] && made.suffix(2) == [0x38, 0x43])
        #expect(made.count == 32)
    }
}
