import Testing
import TestSupport

/// One golden of the corpus, read: what is sent, under which circumstances, and what must follow.
///
/// `Corpora/http1/README.md` describes the format.
struct WireCase: Sendable, CustomTestStringConvertible {
    enum Kind { case request, answer }

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    let golden: GoldenCase
    let kind: Kind
    private(set) var isValid = false
    private(set) var why = ""
    private(set) var staging = Staging()
    /// The address the client comes from, where the default will not do.
    private(set) var source: String?
    private(set) var sent: [CaseText.Piece] = []
    private(set) var halfCloses = false
    private(set) var byteByByte = false
    private(set) var replies: [UpstreamReply] = []
    /// How many connections the upstream must see, the one of the last probe among them.
    private(set) var connections: Int?
    private(set) var expected = ClientExpectation()
    /// Nil when the case says nothing of what is forwarded.
    private(set) var forwarded: [String]?

    private var isEarly = false
    private var ending = UpstreamReply.Ending.keep
    private var answers: [String] = []
    private var request = #"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"#

    var testDescription: String { golden.title }

    init(_ golden: GoldenCase, _ kind: Kind) throws {
        self.golden = golden
        self.kind = kind
        guard golden.sections.count == 3 || kind == .answer && golden.sections.count == 2 else {
            throw Malformed(description: "\(golden.path): \(golden.sections.count) sections")
        }
        do {
            let input = golden.sections[0]
            guard let blank = input.firstIndex(of: "") else {
                throw Malformed(description: "an empty line must end the preamble")
            }
            for line in input[..<blank] { try read(preamble: line) }
            guard !why.isEmpty else { throw Malformed(description: "a case says why it matters") }
            try read(bytes: Array(input[(blank + 1)...]))
            expected = try ClientExpectation(golden.sections[1])
            if golden.sections.count == 3 { forwarded = golden.sections[2] }
        } catch {
            throw Malformed(description: "\(golden.path): \(error)")
        }
    }

    /// All bytes that the client sends.
    var sentBytes: [UInt8] {
        sent.flatMap { piece -> [UInt8] in
            if case .bytes(let bytes) = piece { bytes } else { [] }
        }
    }

    private mutating func read(bytes lines: [String]) throws {
        let pieces = try CaseText.pieces(lines)
        if kind == .request {
            sent = pieces
        } else {
            sent = try CaseText.pieces([request + "\\"])
            replies = [UpstreamReply(pieces, isEarly: isEarly, ending: ending)]
        }
        for answer in answers {
            let pieces = try CaseText.pieces([answer + "\\"])
            replies.append(UpstreamReply(pieces, isEarly: isEarly, ending: ending))
        }
    }

    private mutating func read(preamble line: String) throws {
        let colon = line.firstIndex(of: ":") ?? line.endIndex
        let value = String(line[colon...].dropFirst().drop { $0 == " " })
        switch line[..<colon] {
        case _ where line.hasPrefix("#"): why += line.dropFirst(1)
        case "valid": isValid = true
        case "invalid": isValid = false
        case "half-closes": halfCloses = true
        case "byte by byte": byteByByte = true
        case "answers early": isEarly = true
        case "upstream finishes": ending = .finish
        case "upstream breaks off": ending = .breakOff
        case "upstream absent": staging.upstream = .refusing
        case "upstream deaf": staging.upstream = .deaf
        case "upstream silent": replies.append(UpstreamReply())
        case "connections": connections = Int(value)
        case "answer": answers.append(value)
        case "request": request = value
        case "trust": staging.rules += value.split(separator: " ").map { "trust \($0)" }
        case "rules": staging.rules.append(value)
        case "from": try read(source: value)
        default: throw Malformed(description: "there is no directive `\(line)`")
        }
    }

    private mutating func read(source value: String) throws {
        switch value {
        case "unix": staging.listen = "unix"
        case "[::1]": staging.listen = "[::1]:0"
        default:
            guard value.hasPrefix("127.") else {
                throw Malformed(description: "from: unix, [::1] or 127.x.y.z")
            }
            source = value
        }
    }
}
