import HTTPWire
import Testing

/// The bounds as `docs/bounds.md` gives them; that each one holds is shown where it is obeyed.
struct WireBoundsTests {
    @Test func `a head is bounded in bytes, fields and lines before it`() {
        #expect(WireBounds.headByteMax == 32768)
        #expect(WireBounds.fieldCountMax == 100)
        #expect(WireBounds.emptyLineCountMax == 2)
        #expect(WireBounds.methodByteMax == 32)
        #expect(WireBounds.targetByteMax == 8192)
    }

    @Test func `a host is bounded as DNS bounds it`() {
        #expect(WireBounds.hostByteMax == 253)
        #expect(WireBounds.labelByteMax == 63)
    }

    @Test func `a body's framing is bounded`() {
        #expect(WireBounds.contentLengthDigitsMax == 18)
        #expect(WireBounds.chunkSizeDigitsMax == 15)
        #expect(WireBounds.chunkLineByteMax == 256)
        #expect(WireBounds.chunkExtensionByteMax == 4096)
        #expect(WireBounds.trailerByteMax == 8192)
        #expect(WireBounds.trailerCountMax == 32)
    }

    @Test func `every place in a head's text fits a range of sixteen bits`() {
        // A whole head, its path with every byte escaped, and its host once more.
        let most =
            WireBounds.headByteMax + 3 * WireBounds.targetByteMax + WireBounds.hostByteMax + 8

        #expect(most <= Int(UInt16.max))
    }
}
