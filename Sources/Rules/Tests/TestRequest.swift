import JSON
import Vocabulary

/// One request of a test: the bytes that arrive, and what is true of whoever sends them.
///
/// The bytes go through the parser that traffic goes through, so what the protocol refuses in life it
/// refuses here.
struct TestRequest: Sendable {
    /// Whose address a request has that says nothing of it: one that is kept for documentation.
    static let usualClient = IPAddress(v4: 0xc000_0201)

    let isSecure: Bool
    let serverName: [UInt8]?
    let bytes: [UInt8]
    var client = TestRequest.usualClient
    /// The crawler it has been proved to be.
    var verified: String?
    /// The crawler it says it is.
    let claimed: String?
    /// What its token says; nil without a token, or with one that nobody vouches for.
    var claims: [UInt8]?
    /// What the upstream answers.
    var answer = 200

    /// nil where the URL is none.
    init?(_ send: SendItem) {
        guard let url = TestURL(send.url.value) else { return nil }
        var message = Message(send.method.value.rawValue, url)
        for header in send.headers { message.add(header.name.value, header.value.value) }
        if let body = send.json {
            message.set(Array(body.value.utf8), type: "application/json")
        } else if let form = send.form {
            message.set(Array(form.value.utf8), type: FormText.type)
        } else if let body = send.body {
            message.set(Array(body.value.utf8), type: nil)
        }
        if let name = send.verified?.value, !message.has("user-agent") {
            message.add("user-agent", "Mozilla/5.0 (compatible; \(name))")
        }
        if send.token != nil, !message.has("authorization") {
            message.add("authorization", "Bearer test")
        }
        self.init(message, url)
        claims = send.token.map { Array($0.value.utf8) }
        verified = send.verified?.value
        if let status = send.answer { answer = status.value }
        guard let from = send.from else { return }
        let text = Array(from.value.utf8)
        guard let address = unsafe IPAddress(text.span.bytes) else { return nil }
        client = address
    }

    /// nil where the URL is none.
    init?(_ captured: CapturedRequest) {
        guard let url = TestURL(captured.url) else { return nil }
        var message = Message(captured.method, url)
        for header in captured.headers { message.add(header.name, header.value) }
        if let body = captured.body { message.set(body, type: nil) }
        self.init(message, url)
    }

    private init(_ message: Message, _ url: TestURL) {
        isSecure = url.isSecure
        serverName = url.serverName.map { Array($0.utf8) }
        bytes = message.bytes
        claimed = Crawlers.claimed(by: message.value(of: "user-agent") ?? "")
    }
}

/// A request as it is put on the wire.
private struct Message {
    private let method: String
    private let url: TestURL
    private var fields: [(name: String, value: String)] = []
    private var body: [UInt8]?

    init(_ method: String, _ url: TestURL) {
        self.method = method
        self.url = url
    }

    func has(_ name: String) -> Bool { value(of: name) != nil }

    func value(of name: String) -> String? { fields.first { $0.name.lowercased() == name }?.value }

    mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }

    mutating func set(_ body: [UInt8], type: String?) {
        self.body = body
        if let type, !has("content-type") { add("content-type", type) }
    }

    /// Framed as a client would, unless the test frames it itself.
    var bytes: [UInt8] {
        var head = "\(method) \(url.target) HTTP/1.1\r\n"
        if !has("host") { head += "host: \(url.authority)\r\n" }
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        let isFramed = has("content-length") || has("transfer-encoding")
        if let body, !isFramed { head += "content-length: \(body.count)\r\n" }
        let isChunked = value(of: "transfer-encoding")?.lowercased() == "chunked"
        let content = isChunked ? Self.chunked(body ?? []) : body ?? []
        return Array((head + "\r\n").utf8) + content
    }

    private static func chunked(_ body: [UInt8]) -> [UInt8] {
        let chunk =
            body.isEmpty
            ? [] : Array("\(String(body.count, radix: 16))\r\n".utf8) + body + Array("\r\n".utf8)
        return chunk + Array("0\r\n\r\n".utf8)
    }
}

extension Crawlers {
    /// Whom a user agent claims to be: the word is only a claim until somebody has looked it up, and in a test
    /// the test says whether it is true.
    static func claimed(by agent: String) -> String? {
        let small = agent.lowercased()
        return names.first { small.contains($0) }
    }
}
