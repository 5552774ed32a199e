import TestSupport

/// Makes heads by the grammar, most of them good, and then spoils some.
struct HeadGenerator {
    var random: SeededRandom

    private static let tokens = "abcXYZ019-_!~"
    private static let values = "ab ,;=\"/\t\u{80}\u{ff}"
    private static let names = [
        "Accept", "Cookie", "X-A", "X-B", "Via", "X-Forwarded-For", "X_Forwarded_For",
        "X-Forwarded-By",
        "Keep-Alive", "TE", "Trailer", "Content-Type", "traceparent", "tracestate", "X-Request-Id",
        "Forwarded", "X-Real-IP", "Content_Length", "User-Agent", "Range", "Proxy-Authorization",
    ]
    private static let special = [
        "Content-Length: 5", "Content-Length: 0", "Content-Length: 005", "content-length:7",
        "Transfer-Encoding: chunked", "TRANSFER-ENCODING: Chunked \t", "Transfer-Encoding: gzip",
        "Connection: close", "Connection: keep-alive, X-A", "Connection: Upgrade, x-b, host",
        "Upgrade: websocket", "Upgrade: h2c", "Expect: 100-continue", "Expect: 100-Continue",
        "Max-Forwards: 3", "Max-Forwards: 0", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    private static let spoiling = [
        "\r", "\n", "\0", "\u{7f}", " ", ":", "\t", "\r\n", "\r\n ", "%", "\u{0b}",
    ]

    init(_ seed: UInt64) { random = SeededRandom(seed) }

    mutating func request() -> [UInt8] {
        let host = random.pick(["h", "Example.COM", "a.b.", "h:80", "[::1]:8080", "a_b-c"])
        let method = random.pick(["GET", "POST", "OPTIONS", "HEAD", "DELETE", "BREW", "CONNECT"])
        let version = random.pick(["1.1", "1.1", "1.1", "1.0", "1.7"])
        var lines = ["\(method) \(target(method, host)) HTTP/\(version)"]
        var fields = fields()
        fields.insert("Host: " + host, at: random.below(fields.count + 1))
        lines += fields
        return spoiled(
            lines.joined(separator: "\r\n") + "\r\n\r\n" + random.pick(["", "", "more"])
        )
    }

    mutating func answer() -> [UInt8] {
        let status = random.pick([100, 103, 101, 200, 204, 206, 301, 304, 404, 500, 599])
        let phrase = random.pick([" OK", "", " ", " Not \u{e4} word"])
        let version = random.pick(["1.1", "1.1", "1.0"])
        let lines = ["HTTP/\(version) \(status)\(phrase)"] + fields()
        return spoiled(lines.joined(separator: "\r\n") + "\r\n\r\n" + random.pick(["", "body"]))
    }

    /// A chunked body, its data in chunks of any size, with extensions and trailers.
    mutating func chunked(_ data: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        var rest = data[...]
        while !rest.isEmpty {
            let count = min(rest.count, 1 + random.below(random.pick([4, 40, 400])))
            body += chunkLine(count) + rest.prefix(count) + "\r\n".wire
            rest = rest.dropFirst(count)
        }
        body += chunkLine(0)
        for _ in 0..<(random.once(in: 3) ? random.below(5) : 0) { body += (field() + "\r\n").wire }
        return body + "\r\n".wire
    }

    private mutating func chunkLine(_ count: Int) -> [UInt8] {
        let digits = String(count, radix: 16, uppercase: random.once(in: 2))
        let zeros = random.once(in: 4) ? repeated("0", random.below(16 - digits.count)) : ""
        let tail = random.once(in: 4) ? ";" + random.text(random.below(12), of: "abc=\";, ") : ""
        return (zeros + digits + tail + "\r\n").wire
    }

    private mutating func target(_ method: String, _ host: String) -> String {
        if method == "OPTIONS", random.once(in: 3) { return "*" }
        var target = random.once(in: 8) ? "http://" + host : ""
        for _ in 0...random.below(4) {
            target += "/" + random.text(1 + random.below(6), of: "abc.~_-!$&'()*+,=:@\"<>{")
            if random.once(in: 4) {
                target += random.pick(["%41", "%2d", "%3b", "%e4", "%20", "%25"])
            }
        }
        if random.once(in: 3) { target += "?" + random.text(random.below(9), of: "abc=&%?/..;") }
        return target
    }

    private mutating func fields() -> [String] {
        (0..<random.below(8)).map { _ in
            random.once(in: 3) ? random.pick(Self.special) : field()
        }
    }

    private mutating func field() -> String {
        let name =
            random.once(in: 3)
            ? random.text(1 + random.below(9), of: Self.tokens) : random.pick(Self.names)
        let blanks = [
            random.text(random.below(3), of: " \t"), random.text(random.below(3), of: " \t"),
        ]
        return name + ":" + blanks[0] + random.text(random.below(12), of: Self.values) + blanks[1]
    }

    private mutating func spoiled(_ text: String) -> [UInt8] {
        var bytes = text.wire
        guard random.once(in: 4) else { return bytes }
        for _ in 0...random.below(3) where !bytes.isEmpty {
            let place = random.below(bytes.count)
            switch random.below(4) {
            case 0: bytes.remove(at: place)
            case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 2: bytes.removeSubrange(place...)
            default: bytes.insert(contentsOf: random.pick(Self.spoiling).wire, at: place)
            }
        }
        return bytes
    }
}
