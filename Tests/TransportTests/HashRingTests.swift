import TestSupport
import Testing

@testable import Transport

struct HashRingTests {
    private func names(_ count: Int) -> [[UInt8]] {
        (0..<count).map { Array("10.0.0.\($0):80".utf8) }
    }

    private func ring(_ names: [[UInt8]], points: Int = HashRing.pointsOfOneMax) -> HashRing {
        HashRing(names.map { HashRing.points(of: $0, count: points) })
    }

    private func owners(_ ring: HashRing, keys: Int) -> [Int] {
        (0..<UInt64(keys)).map { ring.owner(of: KeyHash.mixed($0)) { _ in false } ?? -1 }
    }

    @Test func `each server has its share of the keys, within a third`() {
        for count in [2, 3, 10, 50] {
            let owners = owners(ring(names(count)), keys: 50_000)
            for server in 0..<count {
                let share = Double(owners.count { $0 == server }) * Double(count) / 50_000
                #expect((0.66...1.34).contains(share), "\(share) of \(count)")
            }
        }
    }

    @Test func `a server twice as heavy has twice the keys`() {
        let points = [256, 128, 128].enumerated().map {
            HashRing.points(of: names(3)[$0.offset], count: $0.element)
        }
        let owners = owners(HashRing(points), keys: 50_000)
        let share = Double(owners.count { $0 == 0 }) / 50_000
        #expect((0.44...0.56).contains(share), "\(share)")
    }

    @Test func `when a server leaves only its own keys move, and all others take some`() {
        let all = names(10)
        let before = owners(ring(all), keys: 20_000)
        let after = owners(ring(Array(all.dropLast())), keys: 20_000)
        var heirs: Set<Int> = []
        for (old, new) in zip(before, after) {
            if old == 9 { heirs.insert(new) } else { #expect(old == new) }
        }
        #expect(heirs.count == 9)
    }

    @Test func `passing over a server gives what its leaving would`() {
        let all = names(6)
        let whole = ring(all)
        let without = ring(Array(all.dropLast()))
        for key in 0..<5_000 as Range<UInt64> {
            let mixed = KeyHash.mixed(key)
            #expect(whole.owner(of: mixed) { $0 == 5 } == without.owner(of: mixed) { _ in false })
        }
    }

    @Test func `an empty ring has no owner, and one that is passed over whole neither`() {
        #expect(HashRing([]).owner(of: 1) { _ in false } == nil)
        #expect(ring(names(3)).owner(of: 1) { _ in true } == nil)
    }

    @Test func `keys beyond the last point belong to the first`() {
        let one = ring(names(2))
        #expect(one.owner(of: .max) { _ in false } == one.owner(of: 0) { _ in false })
    }

    @Test func `the ring is bounded however much weight there is`() {
        #expect(HashRing.pointsOfOne(weight: 1) == 128)
        #expect(HashRing.pointsOfOne(weight: 256) == 64)
        #expect(HashRing.pointsOfOne(weight: 25_600) == 1)
    }
}
