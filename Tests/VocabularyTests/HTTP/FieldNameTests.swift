import TestSupport
import Testing
import Vocabulary

struct FieldNameTests {
    /// Every name that means something, as it is usually written.
    static let known: [(name: String, id: FieldName)] = [
        ("Connection", .connection), ("Keep-Alive", .keepAlive),
        ("Proxy-Connection", .proxyConnection), ("TE", .te),
        ("Transfer-Encoding", .transferEncoding), ("Upgrade", .upgrade),
        ("HTTP2-Settings", .http2Settings), ("Proxy-Authorization", .proxyAuthorization),
        ("Proxy-Authenticate", .proxyAuthenticate),
        ("Proxy-Authentication-Info", .proxyAuthenticationInfo),
        ("Host", .host), ("Content-Length", .contentLength), ("Expect", .expect),
        ("Max-Forwards", .maxForwards),
        ("Forwarded", .forwarded), ("X-Forwarded-For", .forwardedFor),
        ("X-Forwarded-Proto", .forwardedProto), ("X-Real-IP", .realIP),
        ("X-Request-Id", .requestID), ("traceparent", .traceparent), ("tracestate", .tracestate),
        ("Client-Cert", .clientCert), ("Client-Cert-Chain", .clientCertChain),
        ("Strict-Transport-Security", .strictTransportSecurity),
        ("Trailer", .trailer), ("Accept", .accept), ("Authorization", .authorization),
        ("Cookie", .cookie), ("Set-Cookie", .setCookie), ("Content-Type", .contentType),
        ("Content-Encoding", .contentEncoding), ("Content-Range", .contentRange),
        ("Cache-Control", .cacheControl), ("Date", .date), ("Origin", .origin),
        ("User-Agent", .userAgent), ("Sec-WebSocket-Key", .secWebSocketKey),
        ("Sec-WebSocket-Version", .secWebSocketVersion),
        ("Sec-WebSocket-Accept", .secWebSocketAccept),
    ]

    static let forwardedOthers = [
        "X-Forwarded-", "X-Forwarded-A", "X-Forwarded-By", "X-Forwarded-Fo", "X-Forwarded-Host",
        "X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Prefix", "X-Forwarded-Scheme",
        "X-Forwarded-Client-Cert", "X-Forwarded-Something-Nobody-Has-Heard-Of",
        "X-Forwarded-My_Own",
    ]

    private static let byName = Dictionary(
        uniqueKeysWithValues: known.map { ($0.name.lowercased(), $0.id) }
    )

    private func id(_ name: String) -> FieldName { reading(name) { FieldName($0) } }

    /// What a name means, told slowly.
    private func model(_ name: String) -> FieldName {
        let small = name.lowercased()
        if let id = Self.byName[small] { return id }
        if small.hasPrefix("x-forwarded-") { return .forwardedOther }
        guard small.contains("_") else { return .other }
        let hyphened = String(small.map { $0 == "_" ? "-" : $0 })
        return model(hyphened) == .other ? .other : .alias
    }

    @Test func `the list above is whole`() {
        let listed = Set(Self.known.map(\.id)).union([.other, .alias, .forwardedOther])

        #expect(listed == Set(FieldName.allCases))
    }

    @Test func `every name fits into one word of bits`() {
        #expect(FieldName.allCases.allSatisfy { $0.rawValue < 64 })
    }

    @Test func `every name is known in any case`() {
        var random = SeededRandom(3)
        for (name, expected) in Self.known {
            let spellings = [name, name.lowercased(), name.uppercased(), mixed(name, &random)]
            for spelling in spellings { #expect(id(spelling) == expected, "\(spelling)") }
        }
    }

    @Test(arguments: forwardedOthers)
    func `whatever begins with X-Forwarded- is ours to say`(name: String) {
        #expect(id(name) == .forwardedOther)
        #expect(id(name.lowercased()) == .forwardedOther)
    }

    @Test func `every spelling with underscores is an alias`() {
        for (name, _) in Self.known where name.contains("-") {
            for spelling in underscored(name) { #expect(id(spelling) == .alias, "\(spelling)") }
        }
    }

    @Test func `an alias of X-Forwarded- is one at any length`() {
        let aliases = [
            "X_Forwarded_", "X-Forwarded_By", "x_forwarded-b", "X_FORWARDED_HOST",
            "X_Forwarded-Something-Nobody-Has-Heard-Of",
            "x-forwarded_" + String(repeating: "a", count: 99),
        ]
        for alias in aliases { #expect(id(alias) == .alias, "\(alias)") }
    }

    @Test func `an underscore of its own is no alias`() {
        let others = [
            "_", "__", "X_Custom", "Content_Lengths", "Hos_t", "_host", "User_Agent_",
            "X_Forwarded", "XX_Forwarded_For", "X_Forwarder_Something-Nobody-Has-Heard-Of",
            "A_Forwarded_Something-Nobody-Has-Heard-Of",
            "x+forwarded_something-nobody-has-heard-of",
        ]
        for other in others { #expect(id(other) == .other, "\(other)") }
    }

    @Test func `a name that is one byte off is another name`() {
        for (name, _) in Self.known {
            var misses = ["x" + name, name + "x", name + "-"]
            for place in name.indices {
                var short = name
                short.remove(at: place)
                var changed = name
                changed.replaceSubrange(place...place, with: "~")
                misses += [short, changed]
            }
            for miss in misses where !miss.isEmpty { #expect(id(miss) == model(miss), "\(miss)") }
        }
    }

    @Test func `a name is an alias just when hyphens would make it a known one`() {
        var random = SeededRandom(4)
        let names = Self.known.map(\.name) + Self.forwardedOthers
        for _ in 0..<20_000 {
            var name = Array(mixed(random.pick(names), &random).utf8)
            for _ in 0..<random.below(4) {
                let place = random.below(name.count)
                switch random.below(4) {
                case 0: name[place] = UInt8(ascii: "_")
                case 1: name[place] = UInt8(ascii: "-")
                case 2: name.insert(UInt8(ascii: "_"), at: place)
                default: if name.count > 1 { name.remove(at: place) }
                }
            }
            let spelling = String(decoding: name, as: UTF8.self)
            #expect(id(spelling) == model(spelling), "\(spelling), seed \(random.seed)")
        }
    }

    @Test func `a set holds what was put in and nothing else`() {
        let set: FieldNameSet = [.host, .secWebSocketAccept]
        let both = set.union([.other])

        #expect(FieldName.allCases.filter(set.contains) == [.host, .secWebSocketAccept])
        #expect(FieldName.allCases.filter(both.contains) == [.other, .host, .secWebSocketAccept])
        #expect(FieldName.allCases.filter(FieldNameSet().contains).isEmpty)
    }

    @Test func `what ends at this hop ends in both directions`() {
        for id in FieldName.allCases where FieldNameSet.hopByHop.contains(id) {
            #expect(FieldNameSet.removedFromRequests.contains(id))
            #expect(FieldNameSet.removedFromAnswers.contains(id))
        }
    }

    @Test func `a request loses just the fields of the hop and those we say ourselves`() {
        let removed = Set(FieldName.allCases.filter(FieldNameSet.removedFromRequests.contains))

        #expect(
            removed == [
                .connection, .keepAlive, .proxyConnection, .te, .transferEncoding, .upgrade,
                .http2Settings, .proxyAuthorization, .proxyAuthenticate, .proxyAuthenticationInfo,
                .alias, .host, .contentLength, .expect, .maxForwards, .forwarded, .forwardedFor,
                .forwardedProto, .forwardedOther, .realIP, .requestID, .traceparent, .tracestate,
                .clientCert, .clientCertChain,
            ]
        )
    }

    private func mixed(_ name: String, _ random: inout SeededRandom) -> String {
        name.reduce(into: "") { $0 += random.once(in: 2) ? $1.uppercased() : $1.lowercased() }
    }

    /// Every spelling in which some hyphens, but at least one, are underscores.
    private func underscored(_ name: String) -> [String] {
        var spellings = [""]
        for letter in name {
            spellings = spellings.flatMap {
                letter == "-" ? [$0 + "-", $0 + "_"] : [$0 + String(letter)]
            }
        }
        return spellings.filter { $0.contains("_") }
    }
}
