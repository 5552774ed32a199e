import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Gateway

struct ProblemPageTests {
    private func page(_ reason: Reason, asPage: Bool) -> String {
        var random = SystemRandomNumberGenerator()
        var output = ByteBuffer()
        ProblemPage(reason: reason, status: reason.status, id: RequestID(using: &random)).append(
            to: &output,
            asPage: asPage,
            withBody: true
        )
        let bytes = output.bytes
        return String(decoding: (0..<bytes.byteCount).map { bytes[$0] }, as: UTF8.self)
    }

    @Test(arguments: Reason.allCases)
    func `a problem is one JSON object with the catalogue's facts`(reason: Reason) throws {
        let parts = page(reason, asPage: false).components(separatedBy: "\r\n\r\n")
        try #require(parts.count == 2)

        let value = try JSONSerialization.jsonObject(with: Data(parts[1].utf8))

        let fields = try #require(value as? [String: Any])
        #expect(fields["type"] as? String == "urn:gatehouse:error:\(reason.rawValue)")
        #expect(fields["code"] as? String == reason.rawValue)
        #expect(fields["status"] as? Int == reason.status)
        #expect(fields["detail"] as? String == "\(reason.detail)")
        #expect((fields["title"] as? String)?.isEmpty == false)
        #expect((fields["request_id"] as? String)?.count == 32)
        #expect(fields.count == 6)
        #expect(parts[0].contains("Content-Length: \(parts[1].utf8.count)"))
        #expect(parts[0].hasPrefix("Content-Type: application/problem+json\r\n"))
    }

    @Test(arguments: Reason.allCases)
    func `a page for browsers is XML too, with the same facts`(reason: Reason) throws {
        let parts = page(reason, asPage: true).components(separatedBy: "\r\n\r\n")
        try #require(parts.count == 2)
        let body = parts[1]

        #expect(parts[0].hasPrefix("Content-Type: text/html; charset=utf-8\r\n"))
        #expect(parts[0].contains("Content-Length: \(body.utf8.count)"))
        #expect(body.contains("<title>\(reason.status) "))
        #expect(body.contains("<h1>\(reason.status) "))
        #expect(body.contains("\(reason.detail)"))
        #expect(body.contains(reason.rawValue))
        for tag in ["html", "head", "title", "style", "body", "h1", "small"] {
            #expect(body.components(separatedBy: "<\(tag)").count == 2, "\(tag)")
            #expect(body.components(separatedBy: "</\(tag)>").count == 2, "\(tag)")
        }
    }

    @Test(arguments: [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("TEXT/HTML", "text/html; charset=utf-8"), ("application/json", "application/problem+json"),
        ("*/*", "application/problem+json"), ("", "application/problem+json"),
    ])
    func `whoever accepts HTML by name is shown a page`(accept: String, type: String) throws {
        let stage = try GatewayStage()
        let answer = try stage.answer(to: Provocation.get("/%2f", "Accept: \(accept)\r\n"))
        #expect(answer.status == 400)
        #expect(answer.value("Content-Type") == type)
        #expect(answer.value("Cache-Control") == "no-store")
    }

    @Test func `HEAD is told how long the problem is, and not shown it`() throws {
        let stage = try GatewayStage([], .refusing)
        let client = try stage.client()
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + Provocation.get())

        let head = try client.answer(to: "HEAD")
        let get = try client.answer()

        #expect(head.status == 502 && head.body.isEmpty)
        #expect(head.value("Content-Length") == get.value("Content-Length"))
        #expect(!get.body.isEmpty)
    }

    @Test func `an answer of ours says when it was given`() throws {
        let stage = try GatewayStage([], .refusing)
        let answer = try stage.answer(to: Provocation.get())
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"

        let said = answer.value("Date") ?? ""
        let date = try #require(format.date(from: said))

        #expect(abs(date.timeIntervalSinceNow) < 5)
    }

    @Test func `a client of HTTP/1.0 that keeps its connection is told that it may`() throws {
        let stage = try GatewayStage([], .refusing)
        let client = try stage.client()
        for _ in 0..<2 {
            client.send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.status == 502)
            #expect(answer.value("Connection") == "keep-alive")
        }
    }
}
