import Testing
import Vocabulary

struct KeyedHashTests {
    /// The key 00 01 … 0f, as the authors of SipHash number it.
    private let hash = KeyedHash(
        key: KeyedHash.Digest(high: 0x0f0e_0d0c_0b0a_0908, low: 0x0706_0504_0302_0100)
    )

    /// The digest's bytes in the order in which SipHash writes them.
    private func hex(_ digest: KeyedHash.Digest) -> String {
        let digits = Array("0123456789ABCDEF")
        return [digest.low, digest.high].map { word in
            (0..<8).map { index in
                let byte = Int(word >> (UInt64(index) * 8) & 0xff)
                return String([digits[byte / 16], digits[byte % 16]])
            }.joined()
        }.joined()
    }

    /// What OpenSSL says of the bytes 00 01 02 …; the first eight of them are the salt here.
    @Test(arguments: [
        (8, "3B62A9BA6258F5610F83E264F31497B4"),
        (9, "264499060AD9BAABC47F8B02BB6D71ED"),
        (15, "5493E99933B0A8117E08EC0F97CFC3D9"),
        (16, "6EE2A4CA67B054BBFD3315BF85230577"),
        (23, "C9D184DDD5A9F5E0CF8CE29A9ABF691C"),
        (40, "DF6A301E95C95DAD97AE0CC8C6913BD8"),
    ])
    func `it is SipHash-2-4 with 128 bits`(count: Int, expected: String) {
        let bytes = (8..<count).map { UInt8($0) }
        let digest = unsafe hash.digest(of: bytes.span.bytes, salt: 0x0706_0504_0302_0100)
        #expect(hex(digest) == expected)
    }

    @Test func `another key or another salt is another digest`() {
        let bytes = Array("198.51.100.7".utf8)
        let other = KeyedHash(key: KeyedHash.Digest(high: 1, low: 2))
        let digests = unsafe Set([
            hash.digest(of: bytes.span.bytes), hash.digest(of: bytes.span.bytes, salt: 1),
            other.digest(of: bytes.span.bytes),
        ])
        #expect(digests.count == 3)
    }
}
