import JSON
public import Vocabulary

/// What one request left behind, beside the bytes the client sent.
///
/// The request's path fills it in and gives it to its worker's `LogBuffer` when the answer is out, with
/// the method, the path and the id borrowed from the head, the server's address from the upstream: nothing of it is ever copied but into the line.
/// Fields of stages that do not exist yet are written empty, since readers of the log rely on all of them
/// and on their order.
public struct AccessRecord: Sendable {
    /// When the request's first byte was read, in nanoseconds since the beginning of 1970.
    public var wallNanoseconds: Int64
    public var statusCode: Int
    public var latencyNanoseconds: Int64
    /// The catalogue code of the gateway's own answer, or nothing if the upstream answered.
    public var reason: Reason?
    /// How many servers were asked.
    public var attemptCount: Int
    /// What the policy made of it.
    public var judgement = JudgementRecord()

    public init(
        wallNanoseconds: Int64,
        statusCode: Int,
        latencyNanoseconds: Int64,
        reason: Reason? = nil,
        attemptCount: Int = 0
    ) {
        self.wallNanoseconds = wallNanoseconds
        self.statusCode = statusCode
        self.latencyNanoseconds = latencyNanoseconds
        self.reason = reason
        self.attemptCount = attemptCount
    }
}

/// What the rules had to say of one request.
///
/// Every word of it is one of ours or stands in the rules: nothing a client chose comes in here.
public struct JudgementRecord: Sendable {
    /// What came of signing in; empty where nobody asked.
    public var authResult: StaticString = ""
    /// The signatures that counted, by their ids.
    public var signatures = ""
    /// `allow`, `throttle` or `block`; empty where no limit was asked.
    public var limitState: StaticString = ""
    /// Whose bucket decided, as the digest that names nobody.
    public var limitKey: KeyedHash.Digest?
    public var tokensLeft: Int64?
    /// Who keeps count.
    public var store: StaticString = ""
    public var route = ""
    /// `forwarded`, `monitored`, `blocked`, `limited`, `refused` or `answered`.
    public var verdict: StaticString = ""
    /// The rule or the stage that had the last word.
    public var by = ""
    /// The version of the policy.
    public var policy = ""

    public init() {}
}

extension JSONWriter {
    /// Writes the whole line of a record, its prefix and its end included.
    ///
    /// What stands between the values is the same every time and is copied as it is: written key by key, the
    /// keys cost as much again as everything else.
    mutating func line(
        of record: AccessRecord,
        at timestamp: borrowing Timestamp,
        method: RawSpan,
        path: RawSpan,
        requestID: RawSpan,
        upstream: RawSpan
    ) {
        verbatim(#"REQUEST_LOG: {"ts":"#)
        string(timestamp.bytes)
        verbatim(#","method":"#)
        string(method, upTo: LogBounds.methodByteCountMax)
        verbatim(#","path":"#)
        string(path, upTo: LogBounds.pathByteCountMax)
        verbatim(#","status_code":"#)
        integer(record.statusCode)
        verbatim(#","latency_ms":"#)
        milliseconds(nanoseconds: record.latencyNanoseconds)
        verbatim(#","auth_result":""#)
        verbatim(record.judgement.authResult)
        verbatim(#"","waf_rule":"#)
        text(record.judgement.signatures, upTo: LogBounds.signaturesByteCountMax)
        verbatim(#","request_id":"#)
        string(requestID, upTo: LogBounds.requestIDByteCountMax)
        limits(record.judgement)
        verbatim(#","reason":"#)
        text(record.reason?.rawValue ?? "", upTo: LogBounds.reasonByteCountMax)
        verbatim(#","upstream":"#)
        string(upstream, upTo: LogBounds.upstreamByteCountMax)
        if record.attemptCount > 1 {
            verbatim(#","attempts":"#)
            integer(record.attemptCount)
        }
        verbatim(#","route":"#)
        text(record.judgement.route, upTo: LogBounds.nameByteCountMax)
        verbatim(#","verdict":""#)
        verbatim(record.judgement.verdict)
        verbatim(#"","by":"#)
        text(record.judgement.by, upTo: LogBounds.nameByteCountMax)
        verbatim(#","policy":"#)
        text(record.judgement.policy, upTo: LogBounds.nameByteCountMax)
        verbatim("}\n")
    }

    /// Text from the rules, which is often none.
    private mutating func text(_ text: String, upTo byteCountMax: Int) {
        if text.isEmpty { verbatim(#""""#) } else { string(text, upTo: byteCountMax) }
    }

    private mutating func limits(_ judgement: borrowing JudgementRecord) {
        guard judgement.limitKey != nil || judgement.tokensLeft != nil else {
            verbatim(#","rate_limit_state":"","rate_limit_key":"","tokens_remaining":null"#)
            verbatim(#","rl_backend":"""#)
            return
        }
        verbatim(#","rate_limit_state":"#)
        string(judgement.limitState)
        verbatim(#","rate_limit_key":"#)
        let digits = judgement.limitKey.map(\.shortened) ?? InlineArray(repeating: 0x30)
        unsafe string(digits.span.bytes)
        verbatim(#","tokens_remaining":"#)
        if let left = judgement.tokensLeft { integer(Int(left)) } else { null() }
        verbatim(#","rl_backend":"#)
        string(judgement.store)
    }

    /// Writes the line that says how many records are missing above it.
    mutating func line(ofDrops count: Int, at timestamp: borrowing Timestamp) {
        verbatim("LOG_DROPPED: ")
        beginObject()
        key("ts")
        string(timestamp.bytes)
        key("count")
        integer(count)
        endObject()
        verbatim("\n")
    }
}

extension KeyedHash.Digest {
    /// Enough of it in hexadecimal digits to tell a client's lines from everybody else's.
    fileprivate var shortened: InlineArray<16, UInt8> {
        InlineArray { place in
            let digit = UInt8(truncatingIfNeeded: high >> UInt64(60 - 4 * place)) & 15
            return digit < 10 ? 0x30 + digit : 0x57 + digit
        }
    }
}
