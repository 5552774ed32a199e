/// What is asked in a row: the same bytes for every proxy, whoever sends them.
///
/// The head is what a browser sends, about 410 bytes, because the length of a head is what a
/// proxy's work on it depends on.
struct Ask {
    let method: String
    let target: String
    let bodyLength: Int
    /// The site that is asked.
    var host = "bench.test"

    static let fields: [(name: String, value: String)] = [
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("Accept-Language", "en-GB,en;q=0.5"),
        ("Accept-Encoding", "gzip, deflate, br"),
        ("Cookie", "session=5f2c9a7be13d4860a9c1d2e3f4051627; theme=light"),
        ("Sec-Fetch-Dest", "document"),
        ("Sec-Fetch-Mode", "navigate"),
    ]

    func message(to port: UInt16) -> String {
        let length = bodyLength > 0 ? "Content-Length: \(bodyLength)\r\n" : ""
        let lines = Self.fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        return
            "\(method) \(target) HTTP/1.1\r\nHost: \(host):\(port)\r\n\(lines)\(length)\r\n\(body)"
    }

    /// The script that makes wrk send the same and end with one line of figures.
    ///
    /// `request` stays undefined: wrk then builds the bytes once and never enters Lua again.
    var script: String {
        let lines = Self.fields.map { "wrk.headers[\"\($0.name)\"] = \"\($0.value)\"\n" }.joined()
        let body = bodyLength > 0 ? "wrk.body = string.rep(\"b\", \(bodyLength))\n" : ""
        return """
            wrk.method = "\(method)"
            wrk.headers["Host"] = "\(host)"
            \(lines)\(body)
            function done(summary, latency, requests)
               local e = summary.errors
               io.write(string.format("figures %d %d %d %d %d %d %d\\n",
                  summary.requests, summary.bytes, summary.duration,
                  latency:percentile(50), latency:percentile(99),
                  e.connect + e.read + e.write + e.timeout, e.status))
            end

            """
    }

    private var body: String { String(repeating: "b", count: bodyLength) }
}
