/// Servers on a ring of numbers, each at many points: a key belongs to the next point after it.
///
/// When a server leaves, only its own keys move, and they spread over all others; when it comes back
/// they return. Every gateway in front of the same servers has the same ring.
struct HashRing: Sendable {
    /// Points of one server of weight 1, while the whole ring has room for as many.
    static let pointsOfOneMax = 128
    /// Points of a whole ring, as it is laid out from the settings.
    static let pointCountMax = 16_384

    private var points: [UInt64] = []
    private var owners: [UInt16] = []

    /// - points: of each owner, in their order.
    init(_ points: [[UInt64]]) {
        var all: [(point: UInt64, owner: UInt16)] = []
        for (owner, own) in points.enumerated() {
            for point in own { all.append((point, UInt16(owner))) }
        }
        // Two owners at one point, should that happen, are told apart the same way everywhere.
        all.sort { ($0.point, $0.owner) < ($1.point, $1.owner) }
        self.points = all.map(\.point)
        owners = all.map(\.owner)
    }

    /// Whose the key is.
    ///
    /// - passing: which owners are passed over for the next one.
    func owner(of key: UInt64, passing isPassed: (Int) -> Bool) -> Int? {
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low &+ high) / 2
            if points[middle] < key { low = middle &+ 1 } else { high = middle }
        }
        for step in 0..<points.count {
            let at = low &+ step
            let owner = Int(owners[at < points.count ? at : at &- points.count])
            if !isPassed(owner) { return owner }
        }
        return nil
    }

    /// Where a server of this name stands.
    static func points(of name: [UInt8], count: Int) -> [UInt64] {
        let hash = unsafe KeyHash.of(name.span.bytes)
        return (0..<UInt64(count)).map { KeyHash.mixed(hash &+ $0 &* 0x9e37_79b9_7f4a_7c15) }
    }

    /// How many points a server of weight 1 has, with so much weight in the settings.
    static func pointsOfOne(weight: Int) -> Int {
        min(max(pointCountMax / max(weight, 1), 1), pointsOfOneMax)
    }
}

/// Turns the key of a request into a number that is spread evenly.
///
/// It is no secret: whoever chooses a key chooses a server, and that is what a key is for.
public enum KeyHash {
    /// FNV-1a, and then well mixed.
    public static func of(_ bytes: RawSpan) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<bytes.byteCount {
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return mixed(hash)
    }

    /// The finaliser of SplitMix64.
    public static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
