import Testing

@testable import Crypto

struct TicketKeysTests {
    private let secret = ProcessSecret()
    private let epoch = TicketKeys.epochSeconds

    private func find(
        _ name: [UInt8],
        in keys: TicketKeys,
        at now: Int
    ) -> (epoch: Int, isOld: Bool)? {
        unsafe name.withUnsafeBufferPointer { name in
            unsafe keys.find(name, at: now).map { ($0.key.epoch, $0.isOld) }
        }
    }

    @Test func `two who hold the same secret have the same key`() {
        let (one, two) = (TicketKeys(secret), TicketKeys(secret))
        let key = one.current(at: 1_000_000_000)
        #expect(two.current(at: 1_000_000_000).name == key.name)
        #expect(two.current(at: 1_000_000_000).cipher == key.cipher)
        #expect(TicketKeys(ProcessSecret()).current(at: 1_000_000_000).name != key.name)
    }

    @Test func `keys change with the epoch, and no part is like another`() {
        let keys = TicketKeys(secret)
        let parts = (0..<3).flatMap { number in
            let key = keys.current(at: number * epoch)
            return [key.cipher, key.authenticator, key.name + key.name]
        }
        #expect(Set(parts).count == 9)
        #expect(keys.current(at: epoch).name == keys.current(at: 2 * epoch - 1).name)
    }

    @Test func `a ticket is taken for two more epochs, and replaced`() throws {
        let keys = TicketKeys(secret)
        let start = 1000 * epoch
        let name = keys.current(at: start).name
        #expect(try #require(find(name, in: keys, at: start + 5)) == (1000, false))
        #expect(try #require(find(name, in: keys, at: start + epoch)) == (1000, true))
        #expect(try #require(find(name, in: keys, at: start + 3 * epoch - 1)) == (1000, true))
        #expect(find(name, in: keys, at: start + 3 * epoch) == nil)
    }

    @Test func `a clock that is a little ahead, or jumps, does no harm`() throws {
        let keys = TicketKeys(secret)
        let name = keys.current(at: 1000 * epoch).name
        #expect(find(name, in: keys, at: 1000 * epoch - 1) != nil)
        for now in [Int.min, -1, 0, 1, Int.max] {
            _ = keys.current(at: now)
            #expect(find(name, in: keys, at: now) == nil)
        }
        #expect(find(name, in: keys, at: 1000 * epoch) != nil)
    }
}
