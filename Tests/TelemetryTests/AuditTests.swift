import Crypto
import TestSupport
import Testing
import Vocabulary

@testable import Telemetry

/// The book of what was done, and that nobody can take a page out of it unseen.
struct AuditTests {
    private final class Book: Sendable {
        let path = GateFile.freshPath() + ".jsonl"
        deinit { TextFile.remove(path) }

        var lines: [String] {
            get throws { try TextFile.read(path).split(separator: "\n").map(String.init) }
        }
    }

    private static func prev(of line: String) -> String {
        "sha256:" + Audit.hexadecimal(Digest.sha256(Array(line.utf8)))
    }

    @Test func `each line carries the digest of the one before, over restarts too`() throws {
        let book = Book()
        let first = Audit(path: book.path) { _ in }
        #expect(first.record("start", [("version", .text("r-1"))], at: 1_795_171_595_123_000_000))
        first.record("reload", [("version", .text("r-2")), ("was", .text("r-1"))], at: 0)
        Audit(path: book.path) { _ in }.record("start", [("version", .text("r-2"))], at: 0)

        let lines = try book.lines

        #expect(lines.count == 3)
        #expect(
            lines[0]
                == #"{"at":"2026-11-20T10:46:35.123Z","event":"start","version":"r-1","prev":"none"}"#
        )
        for index in 1..<3 {
            #expect(lines[index].hasSuffix(#""prev":"\#(Self.prev(of: lines[index - 1]))"}"#))
        }
    }

    @Test func `facts are written as JSON, and nothing in them ends a line`() throws {
        let book = Book()
        Audit(path: book.path) { _ in }.record(
            "reload",
            [
                ("by", .text("uid 0 \"\n\u{1}")), ("codes", .texts(["E0101", "E0302"])),
                ("refused", .flag(true)), ("counts", .numbers([("opens", 1), ("closes", 0)])),
                ("exceptions", .number(3)),
            ],
            at: 0
        )

        let line = try #require(try book.lines.first)

        #expect(
            line.contains(
                #""by":"uid 0 \"\u000a\u0001","codes":["E0101","E0302"],"refused":true,"#
                    + #""counts":{"opens":1,"closes":0},"exceptions":3,"prev""#
            )
        )
    }

    @Test func `a line that was left unfinished is closed and said`() throws {
        let book = Book()
        let torn = #"{"at":"2026-11-20T10:46:35.123Z","event":"st"#
        try TextFile.write(torn, to: book.path)

        Audit(path: book.path) { _ in }.record("start", [], at: 0)

        let lines = try book.lines
        #expect(lines.count == 2 && lines[0] == torn)
        #expect(lines[1].hasSuffix(#""torn":true,"prev":"\#(Self.prev(of: torn))"}"#))
    }

    @Test func `the chain goes on in the next file when one is rotated away`() throws {
        let book = Book()
        let audit = Audit(path: book.path) { _ in }
        audit.record("start", [], at: 0)
        let first = try #require(try book.lines.first)
        TextFile.remove(book.path)

        audit.record("reload", [], at: 0)

        #expect(try book.lines.count == 1)
        #expect(try #require(try book.lines.first).contains(Self.prev(of: first)))
    }

    @Test func `without a file events are said, and one that cannot be written says why`() throws {
        let said = Monitor<[String]>([])
        Audit(path: nil) { text in said.withState { $0.append(text) } }.record("start", [], at: 0)
        let isWritten = Audit(path: "/nonexistent/audit.jsonl") { text in
            said.withState { $0.append(text) }
        }
        .record("start", [], at: 0)

        let all = said.withState { $0 }
        #expect(!isWritten)
        #expect(all.count == 3 && all[0].hasPrefix(#"audit: {"at":"1970"#))
        #expect(all[1].contains("/nonexistent/audit.jsonl cannot be written: No such file"))
        #expect(all[2].hasPrefix("audit: {"))
    }
}
