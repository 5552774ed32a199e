import HTTPWire
import Vocabulary

/// The networks whose X-Forwarded-For is believed, and the client it leads to.
struct TrustedProxies {
    private let blocks: [AddressBlock]

    init(_ blocks: [AddressBlock]) {
        self.blocks = blocks
    }

    func contains(_ address: IPAddress) -> Bool {
        for block in blocks where block.contains(address) { return true }
        return false
    }

    /// Walks from the peer to the left over all X-Forwarded-For lines, as far as each hop is trusted.
    ///
    /// Whatever stands further left was written by somebody we know nothing of. An entry that is no
    /// address ends the walk at the hop that wrote it.
    func client(of peer: IPAddress, _ section: borrowing FieldSection) -> IPAddress {
        var client = peer
        var hops = 0
        var index = section.fields.count
        while index > 0, contains(client) {
            index -= 1
            let field = section.fields[index]
            guard field.id == .forwardedFor else { continue }
            let line = section[field.value]
            var end = line.byteCount
            while end >= 0, contains(client) {
                let start = lastComma(in: line, before: end) + 1
                hops += 1
                guard hops <= Bounds.forwardedHopMax,
                    let earlier = IPAddress(line.extracting(start..<end).trimmed)
                else { return client }
                client = earlier
                end = start - 1
            }
        }
        return client
    }

    private func lastComma(in line: RawSpan, before end: Int) -> Int {
        var index = end - 1
        while index >= 0, line[index] != 0x2c { index -= 1 }
        return index
    }
}
