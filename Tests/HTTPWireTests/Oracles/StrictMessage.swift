/// A request read as the strictest server would read it, which is to say: once, and only one way.
///
/// It judges what the writers wrote, so it knows nothing but the text, and refuses whatever two
/// servers could read differently.
public struct StrictMessage: Equatable, Sendable {
    public struct Broken: Error, Equatable {
        public let what: String
        init(_ what: String) { self.what = what }
    }

    public private(set) var startLine = ""
    public private(set) var fields: [String] = []
    public private(set) var body: [UInt8] = []
    public private(set) var trailers: [String] = []

    private var rest: [UInt8]

    /// Reads all of `bytes`: one message, and nothing after it.
    public init(_ bytes: [UInt8]) throws(Broken) {
        rest = bytes
        startLine = try line()
        let words = startLine.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2] == "HTTP/1.1", !words[0].isEmpty, !words[1].isEmpty else {
            throw Broken("the request line \(startLine)")
        }
        fields = try section()
        try readBody()
        guard rest.isEmpty else { throw Broken("\(rest.count) bytes after the message") }
    }

    public func values(_ name: String) -> [String] {
        fields.filter { Self.name($0) == name }.map { String($0.dropFirst(name.count + 2)) }
    }

    public static func name(_ field: String) -> String {
        field.prefix { $0 != ":" }.lowercased()
    }

    private mutating func readBody() throws(Broken) {
        let lengths = values("content-length")
        let codings = values("transfer-encoding")
        guard lengths.count + codings.count <= 1 else { throw Broken("the end is said twice") }
        if let length = lengths.first {
            guard let count = Int(length), String(count) == length else {
                throw Broken("length \(length)")
            }
            body = try take(count)
        } else if let coding = codings.first {
            guard coding == "chunked" else { throw Broken("coding \(coding)") }
            try readChunks()
        }
    }

    private mutating func readChunks() throws(Broken) {
        while true {
            let size = try line()
            guard let count = Int(size, radix: 16), String(count, radix: 16) == size else {
                throw Broken("chunk size \(size)")
            }
            if count == 0 { break }
            body += try take(count)
            guard try line() == "" else { throw Broken("a chunk that does not end") }
        }
        trailers = try section()
    }

    private mutating func section() throws(Broken) -> [String] {
        var lines: [String] = []
        while true {
            let field = try line()
            if field.isEmpty { return lines }
            let name = field.prefix { $0 != ":" }
            guard field.dropFirst(name.count).hasPrefix(": "), !name.isEmpty,
                !name.contains(where: { " \t".contains($0) })
            else { throw Broken("the field \(field)") }
            lines.append(field)
        }
    }

    private mutating func line() throws(Broken) -> String {
        guard let mark = rest.firstIndex(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) else {
            throw Broken("a line without an end")
        }
        guard rest[mark] == 0x0d, mark + 1 < rest.count, rest[mark + 1] == 0x0a else {
            throw Broken("a control character in a line")
        }
        let text = String(wire: rest[..<mark])
        rest.removeFirst(mark + 2)
        return text
    }

    private mutating func take(_ count: Int) throws(Broken) -> [UInt8] {
        guard count <= rest.count else { throw Broken("a body that was cut") }
        let taken = Array(rest.prefix(count))
        rest.removeFirst(count)
        return taken
    }
}
