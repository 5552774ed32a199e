import Foundation
import Testing
import Vocabulary

@testable import Telemetry

/// The line of one record, byte for byte.
struct AccessRecordTests {
    private func line(
        _ record: AccessRecord,
        method: [UInt8] = Array("GET".utf8),
        path: [UInt8] = Array("/x".utf8),
        requestID: [UInt8] = Array("0123456789abcdef0123456789abcdef".utf8),
        upstream: [UInt8] = Array("10.0.0.1:9000".utf8)
    ) throws -> String {
        let buffer = LogBuffer(byteCountMax: 1 << 20, doorbell: try Doorbell(), drops: DropCount())
        unsafe buffer.append(
            record,
            method: method.span.bytes,
            path: path.span.bytes,
            requestID: requestID.span.bytes,
            upstream: upstream.span.bytes
        )
        var batch: [UInt8] = []
        buffer.exchange(&batch, isLast: false)
        return String(decoding: batch, as: UTF8.self)
    }

    private let record = AccessRecord(
        wallNanoseconds: 1_795_179_900_123_000_000,
        statusCode: 200,
        latencyNanoseconds: 1_234_000
    )

    @Test func `a record is one line with its fields in their order`() throws {
        let expected = """
            REQUEST_LOG: {"ts":"2026-11-20T13:05:00.123Z","method":"GET","path":"/x","status_code":200,\
            "latency_ms":1.234,"auth_result":"","waf_rule":"",\
            "request_id":"0123456789abcdef0123456789abcdef","rate_limit_state":"","rate_limit_key":"",\
            "tokens_remaining":null,"rl_backend":"","reason":"",\
            "upstream":"10.0.0.1:9000","route":"","verdict":"","by":"","policy":""}

            """

        #expect(try line(record) == expected)
    }

    @Test func `what the rules had to say stands in fields of its own`() throws {
        var judged = record
        judged.judgement.authResult = "public"
        judged.judgement.signatures = "WAF_SQLI_001,WAF_XSS_002"
        judged.judgement.limitState = "throttle"
        judged.judgement.limitKey = KeyedHash.Digest(high: 0x0123_4567_89ab_cdef, low: 7)
        judged.judgement.tokensLeft = 0
        judged.judgement.store = "memory"
        judged.judgement.route = "login"
        judged.judgement.verdict = "limited"
        judged.judgement.by = "sign_in"
        judged.judgement.policy = "r-c04be866"
        let expected = """
            "auth_result":"public","waf_rule":"WAF_SQLI_001,WAF_XSS_002",\
            "request_id":"0123456789abcdef0123456789abcdef","rate_limit_state":"throttle",\
            "rate_limit_key":"0123456789abcdef","tokens_remaining":0,"rl_backend":"memory","reason":"",\
            "upstream":"10.0.0.1:9000","route":"login","verdict":"limited","by":"sign_in",\
            "policy":"r-c04be866"}

            """

        #expect(try line(judged).hasSuffix(expected))
    }

    @Test func `a limit that nobody could count has a key and no number`() throws {
        var judged = record
        judged.judgement.limitState = "block"
        judged.judgement.limitKey = KeyedHash.Digest(high: 1, low: 2)

        let fields = try fields(of: line(judged))

        #expect(fields["rate_limit_key"] as? String == "0000000000000001")
        #expect(fields["tokens_remaining"] is NSNull)
    }

    @Test func `the reason is the code of the gateway's own answer`() throws {
        var refused = record
        refused.statusCode = 400
        refused.reason = .unsafePath

        let fields = try fields(of: line(refused))

        #expect(fields["reason"] as? String == "unsafe_path")
        #expect(fields["status_code"] as? Int == 400)
    }

    @Test func `a request that was tried several times says how often`() throws {
        var repeated = record
        repeated.attemptCount = 2

        let fields = try fields(of: line(repeated))

        #expect(fields["attempts"] as? Int == 2)
        #expect(try !line(record).contains("attempts"))
    }

    @Test func `a head that could not be read leaves empty strings`() throws {
        let fields = try fields(of: line(record, method: [], path: []))

        #expect(fields["method"] as? String == "")
        #expect(fields["path"] as? String == "")
    }

    @Test func `no byte of the client breaks the line or its JSON`() throws {
        let hostile = Array(0...255) as [UInt8]

        let line = try line(record, method: hostile, path: hostile, requestID: hostile)

        #expect(line.utf8.count { byte in byte == 0x0A } == 1)
        #expect(line.utf8.last == 0x0A)
        let fields = try fields(of: line)
        #expect(fields["path"] as? String == String(decoding: hostile, as: UTF8.self))
        #expect(fields.count == 18)
    }

    @Test func `a forged record inside a path stays inside the path`() throws {
        let forged = "/\"}\nREQUEST_LOG: {\"path\":\"/forged"

        let fields = try fields(of: line(record, path: Array(forged.utf8)))

        #expect(fields["path"] as? String == forged)
    }

    @Test func `what a client sends is written up to its bound`() throws {
        let endless = [UInt8](repeating: 0x61, count: 100_000)

        let fields = try fields(
            of: line(record, method: endless, path: endless, requestID: endless)
        )

        #expect((fields["method"] as? String)?.count == LogBounds.methodByteCountMax)
        #expect((fields["path"] as? String)?.count == LogBounds.pathByteCountMax)
        #expect((fields["request_id"] as? String)?.count == LogBounds.requestIDByteCountMax)
    }
}
