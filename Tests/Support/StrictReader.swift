/// A second, deliberately separate reader of HTTP/1.1, which forgives nothing.
///
/// It judges what a proxy sends, so it shares no line with the proxy: it is slow, reads from the
/// start each time, and calls broken whatever two recipients could understand in two ways. That
/// is stricter than RFC 9112 asks of a recipient, and exactly what it asks of a sender.
public enum StrictReader {
    public typealias Bytes = ArraySlice<UInt8>

    struct Broken: Error {
        let why: String
        init(_ why: String) { self.why = why }
    }

    /// A request as an upstream must be sent it.
    public static func request(_ bytes: [UInt8]) -> Reading<StrictRequest> {
        do throws(Broken) {
            guard let head = try head(bytes[...]) else { return .incomplete(headIsWhole: false) }
            var request = StrictRequest()
            (request.method, request.target) = try requestLine(head.lines[0])
            request.fields = try fields(head.lines.dropFirst())
            try StrictRules.check(request)
            let rest = bytes[head.length...]
            let length = try length(request.fields)
            let isChunked = try isChunked(request.fields)
            request.bytes = Array(bytes[..<head.length])
            if isChunked {
                guard let body = try ChunkedReading(rest) else {
                    return .incomplete(headIsWhole: true)
                }
                request.body = body.content
                request.bytes += body.canonical
                return .whole(request, length: head.length + body.length)
            }
            guard rest.count >= length ?? 0 else { return .incomplete(headIsWhole: true) }
            request.body = Array(rest.prefix(length ?? 0))
            request.bytes += request.body
            return .whole(request, length: request.bytes.count)
        } catch {
            return .broken(error.why)
        }
    }

    /// An answer as a client must be sent it; `hasEnded` says that no byte follows.
    public static func answer(
        _ bytes: [UInt8],
        to method: String,
        hasEnded: Bool
    ) -> Reading<StrictAnswer> {
        do throws(Broken) {
            guard let head = try head(bytes[...]) else { return .incomplete(headIsWhole: false) }
            var answer = StrictAnswer()
            answer.status = try statusLine(head.lines[0])
            answer.fields = try fields(head.lines.dropFirst())
            answer.bytes = Array(bytes[..<head.length])
            let rest = bytes[head.length...]
            let length = try length(answer.fields)
            let isChunked = try isChunked(answer.fields)
            if answer.status < 200 || answer.status == 204 {
                guard length == nil, !isChunked else {
                    throw Broken("framing on a bodyless status")
                }
            }
            if answer.status < 200 || [204, 304].contains(answer.status) || method == "HEAD" {
                return .whole(answer, length: head.length)
            }
            if isChunked {
                guard let body = try ChunkedReading(rest) else {
                    return .incomplete(headIsWhole: true)
                }
                answer.framing = .chunked
                answer.body = body.content
                answer.bytes += body.canonical
                return .whole(answer, length: head.length + body.length)
            }
            guard rest.count >= length ?? 0, length != nil || hasEnded else {
                return .incomplete(headIsWhole: true)
            }
            answer.framing = length == nil ? .untilClose : .length
            answer.body = Array(rest.prefix(length ?? rest.count))
            answer.bytes += answer.body
            return .whole(answer, length: answer.bytes.count)
        } catch {
            return .broken(error.why)
        }
    }

    /// The lines of a head without their ends, and the length with the empty line; nil when more
    /// bytes are needed.
    static func head(_ bytes: Bytes) throws(Broken) -> (lines: [Bytes], length: Int)? {
        var lines: [Bytes] = []
        var start = bytes.startIndex
        var at = start
        while at < bytes.endIndex {
            switch bytes[at] {
            case 0x0A: throw Broken("a line feed without its carriage return")
            case 0x0D:
                guard at + 1 < bytes.endIndex else { return nil }
                guard bytes[at + 1] == 0x0A else { throw Broken("a bare carriage return") }
                let line = bytes[start..<at]
                at += 2
                start = at
                if !line.isEmpty {
                    lines.append(line)
                } else if lines.isEmpty {
                    throw Broken("an empty line before the message")
                } else {
                    return (lines, at - bytes.startIndex)
                }
            case 0x09: at += 1
            case 0..<0x20, 0x7F: throw Broken("a control byte")
            default: at += 1
            }
        }
        return nil
    }

    private static func requestLine(_ line: Bytes) throws(Broken) -> (String, String) {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw Broken("a request line of \(parts.count) words") }
        guard parts[2].elementsEqual("HTTP/1.1".utf8) else { throw Broken("a version") }
        guard !parts[0].isEmpty, parts[0].allSatisfy(isToken) else { throw Broken("a method") }
        guard !parts[1].isEmpty, parts[1].allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Broken("a target")
        }
        return (
            String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self)
        )
    }

    private static func statusLine(_ line: Bytes) throws(Broken) -> Int {
        let start = Array("HTTP/1.1 ".utf8)
        guard line.starts(with: start), line.count >= 13, line[line.startIndex + 12] == 0x20,
            let status = Int(String(decoding: line.dropFirst(9).prefix(3), as: UTF8.self)),
            (100...599).contains(status)
        else { throw Broken("a status line") }
        return status
    }

    static func fields(_ lines: some Sequence<Bytes>) throws(Broken) -> [StrictField] {
        var fields: [StrictField] = []
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                throw Broken("a field line without a colon, or a folded one")
            }
            let name = line[..<colon]
            guard !name.isEmpty, name.allSatisfy(isToken) else { throw Broken("a field name") }
            var value = line[(colon + 1)...]
            while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
            while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
            fields.append(
                StrictField(
                    name: String(decoding: name, as: UTF8.self),
                    value: String(decoding: value, as: UTF8.self)
                )
            )
        }
        return fields
    }

    private static func length(_ fields: [StrictField]) throws(Broken) -> Int? {
        let values = fields.values("Content-Length")
        guard values.count <= 1 else { throw Broken("several Content-Length") }
        guard let value = values.first else { return nil }
        guard !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(value)
        else { throw Broken("Content-Length: \(value)") }
        guard fields.values("Transfer-Encoding").isEmpty else { throw Broken("both lengths") }
        return length
    }

    private static func isChunked(_ fields: [StrictField]) throws(Broken) -> Bool {
        let values = fields.values("Transfer-Encoding")
        guard values.count <= 1 else { throw Broken("several Transfer-Encoding") }
        guard let value = values.first else { return false }
        guard value == "chunked" else { throw Broken("Transfer-Encoding: \(value)") }
        return true
    }

    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
