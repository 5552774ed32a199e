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
        verbatim(#","auth_result":"","waf_rule":"","request_id":"#)
        string(requestID, upTo: LogBounds.requestIDByteCountMax)
        verbatim(#","rate_limit_state":"","rate_limit_key":"","tokens_remaining":null"#)
        verbatim(#","rl_backend":"","reason":"#)
        string(record.reason?.rawValue ?? "", upTo: LogBounds.reasonByteCountMax)
        verbatim(#","upstream":"#)
        string(upstream, upTo: LogBounds.upstreamByteCountMax)
        if record.attemptCount > 1 {
            verbatim(#","attempts":"#)
            integer(record.attemptCount)
        }
        verbatim("}\n")
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
