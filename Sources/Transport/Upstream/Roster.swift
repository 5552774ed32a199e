/// The servers that may be asked now, laid out for choosing in a time that does not grow with them.
///
/// It never changes: when another set of servers is fit another roster takes its place, and a worker
/// that still holds this one asks at worst a server that has just failed.
final class Roster: Sendable {
    let servers: [Server]
    /// One round, in which each server has as many turns as its weight says, evenly spread.
    let turns: [UInt16]
    private let ring: HashRing
    /// What cookies call them, in order, by their first eight bytes.
    private let tokens: [(start: UInt64, server: UInt16)]

    init(_ servers: [Server]) {
        self.servers = servers
        turns = Self.turns(of: servers.map(\.weight))
        ring = HashRing(servers.map(\.points))
        tokens = servers.indices
            .map { index in
                let token = servers[index].token
                return (unsafe Self.start(of: token.span.bytes), UInt16(index))
            }
            .sorted { $0.0 < $1.0 }
    }

    /// The server a key belongs to, passing over some.
    func server(of key: UInt64, passing isPassed: (Server) -> Bool) -> Server? {
        let owner = ring.owner(of: key) { isPassed(servers[$0]) }
        return owner.map { servers[$0] }
    }

    /// The server that a cookie names.
    func server(named token: RawSpan) -> Server? {
        let start = Self.start(of: token)
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low &+ high) / 2
            if tokens[middle].start < start { low = middle &+ 1 } else { high = middle }
        }
        while low < tokens.count, tokens[low].start == start {
            let server = servers[Int(tokens[low].server)]
            let own = server.token
            if unsafe Self.areEqual(own.span.bytes, token) { return server }
            low &+= 1
        }
        return nil
    }

    private static func start(of token: RawSpan) -> UInt64 {
        var start: UInt64 = 0
        for index in 0..<min(token.byteCount, 8) {
            let byte = unsafe token.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            start = start << 8 | UInt64(byte)
        }
        return start
    }

    private static func areEqual(_ left: RawSpan, _ right: RawSpan) -> Bool {
        guard left.byteCount == right.byteCount else { return false }
        for index in 0..<left.byteCount {
            let byte = unsafe left.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            guard unsafe byte == right.unsafeLoad(fromByteOffset: index, as: UInt8.self) else {
                return false
            }
        }
        return true
    }

    /// Each server's turns stand in the middle of equal parts of the round.
    static func turns(of weights: [Int]) -> [UInt16] {
        let divisor = max(weights.reduce(0, greatestCommonDivisor), 1)
        var all: [(at: Int, server: UInt16)] = []
        // A common multiple of 2 times every weight would be exact; this is near enough to sort by.
        let round = 1 << 40
        for (server, weight) in weights.enumerated() {
            let count = weight / divisor
            for turn in 0..<count {
                all.append(((2 * turn + 1) * (round / (2 * count)), UInt16(server)))
            }
        }
        all.sort { ($0.at, $0.server) < ($1.at, $1.server) }
        return all.map(\.server)
    }

    private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }
}
