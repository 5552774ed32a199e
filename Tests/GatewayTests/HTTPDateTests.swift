import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Gateway

struct HTTPDateTests {
    private func text(_ seconds: Int) -> String {
        let date = HTTPDate(secondsSince1970: seconds)
        let bytes = date.bytes
        return String(decoding: (0..<bytes.byteCount).map { bytes[$0] }, as: UTF8.self)
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ])
    func `a moment is written as RFC 9110 wants it`(seconds: Int, expected: String) {
        #expect(text(seconds) == expected)
    }

    @Test func `any moment is written as Foundation writes it`() {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        var random = SeededRandom(11)
        for _ in 0..<2_000 {
            let seconds = Int.random(in: 0...8_000_000_000, using: &random)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let expected = format.string(from: date)
            guard text(seconds) == expected else {
                Issue.record("\(text(seconds)) is not \(expected), seed \(random.seed)")
                return
            }
        }
    }

    @Test func `a clock set before 1970 is written as its first second`() {
        #expect(text(-86_400) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(text(.min) == text(0))
    }
}
