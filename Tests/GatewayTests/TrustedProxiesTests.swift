import HTTPWire
import TestSupport
import Testing
import Vocabulary

@testable import Gateway

/// The walk from the peer to the client, against one that splits strings.
struct TrustedProxiesTests {
    private static let networks = ["10.0.0.0/8", "192.168.1.0/24", "2001:db8::/32", "::1/128"]
    private static let trustedHops = ["10.1.2.3", "192.168.1.9", "2001:db8::7", "::ffff:10.0.0.1"]
    private static let strangers = ["203.0.113.9", "192.168.2.1", "2001:db9::1", "11.0.0.1"]
    private static let nonsense = [
        "unknown", "", "10.0.0.1:80", "[2001:db8::1]", "10.0.0.256", "_hidden", "10.0.0.1 x",
        "10.0",
    ]

    /// Whom a list of lines leads to, when every entry is known to be trusted, strange or nonsense.
    private static func model(peer: String, _ lines: [String]) -> String {
        let hops =
            [peer]
            + lines.joined(separator: ",").split(
                separator: ",",
                omittingEmptySubsequences: false
            ).map { String($0.filter { $0 != " " && $0 != "\t" || nonsense.contains(String($0)) }) }
            .reversed()
        var client = peer
        for (number, hop) in hops.enumerated() {
            if number == 0 { continue }
            guard trustedHops.contains(client), number <= Bounds.forwardedHopMax else { break }
            guard trustedHops.contains(hop) || strangers.contains(hop) else { break }
            client = hop
        }
        return client
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `the walk goes through trusted hops and ends at the first that is not`(
        number: UInt64
    ) throws {
        var random = SeededRandom(number)
        let blocks = try Self.networks.map { try #require(AddressBlock(text: $0)) }
        let proxies = TrustedProxies(blocks)
        for _ in 0..<400 {
            let peer = random.pick(random.once(in: 8) ? Self.strangers : Self.trustedHops)
            let lines = (0..<random.below(4)).map { _ in
                (0..<1 + random.below(5)).map { _ in
                    let kind = random.below(10)
                    let hop = random.pick(
                        kind < 7 ? Self.trustedHops : kind < 9 ? Self.strangers : Self.nonsense
                    )
                    return random.pick(["", " ", "\t "]) + hop + random.pick(["", " "])
                }.joined(separator: ",")
            }
            let expected = try #require(IPAddress(text: Self.model(peer: peer, lines)))
            let from = try #require(IPAddress(text: peer))
            let section = try HeadOf(lines)

            let client = section.client(proxies, from)

            #expect(client == expected, "seed \(random.seed): \(peer) \(lines)")
        }
    }

    @Test func `an endless list of trusted hops ends at the bound`() throws {
        let blocks = [try #require(AddressBlock(text: "10.0.0.0/8"))]
        let hops = (1...200).map { "10.0.0.\($0)" }
        let from = try #require(IPAddress(text: "10.9.9.9"))

        let client = try HeadOf([hops.joined(separator: ", ")]).client(TrustedProxies(blocks), from)

        #expect("\(client)" == "10.0.0.\(201 - Bounds.forwardedHopMax)")
    }

    @Test func `nobody is trusted until somebody is named`() throws {
        let from = try #require(IPAddress(text: "127.0.0.1"))

        let client = try HeadOf(["203.0.113.9"]).client(TrustedProxies([]), from)

        #expect(client == from)
    }
}

/// A request head with these X-Forwarded-For lines, as the parser reads it.
private struct HeadOf: ~Copyable {
    private var head = RequestHead()

    init(_ lines: [String]) throws {
        let text =
            "GET / HTTP/1.1\r\nHost: a\r\n"
            + lines.map { "X-Forwarded-For: \($0)\r\n" }.joined() + "\r\n"
        var input = ByteBuffer()
        input.append(text: text)
        var parser = RequestParser()
        guard try parser.parse(&input, into: &head, from: BlockPool()) else { throw Incomplete() }
    }

    struct Incomplete: Error {}

    func client(_ proxies: TrustedProxies, _ peer: IPAddress) -> IPAddress {
        proxies.client(of: peer, head.section)
    }
}

extension IPAddress {
    init?(text: String) {
        let bytes = Array(text.utf8)
        unsafe self.init(bytes.span.bytes)
    }
}

extension AddressBlock {
    init?(text: String) {
        let bytes = Array(text.utf8)
        unsafe self.init(bytes.span.bytes)
    }
}
