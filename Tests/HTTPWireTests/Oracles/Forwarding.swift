import HTTPWire
import Vocabulary

/// What goes on to the other side, judged against what was understood.
enum Forwarding {
    static let hostIfNone = "upstream.example:80"

    /// A request that is written is read again as the same request.
    static func request(_ bytes: [UInt8], _ facts: RequestFacts) -> String? {
        let written = written(request: bytes)
        guard let again = readRequest([written]).facts else {
            return "written but not read: \(String(wire: written))"
        }
        var expected = facts
        expected.minorVersion = 1
        expected.keepsAlive = true
        expected.nominatesFields = false
        expected.asksWebSocket = false
        expected.forwardsLeft = facts.forwardsLeft.map { max($0 - 1, 0) }
        if facts.host.isEmpty { expected.host = hostIfNone }
        let lines = again.fields.map { $0.name + ": " + $0.value }
        expected.fields = again.fields
        guard again == expected else { return "written as \(again), meant \(expected)" }
        let expectedLines = KeptFields.lines(of: facts, host: expected.host)
        guard lines == expectedLines else { return "fields \(lines), expected \(expectedLines)" }
        let stable = facts.forwardsLeft ?? 0 > 1 || Forwarding.written(request: written) == written
        return stable ? nil : "written twice, it differs: \(String(wire: written))"
    }

    /// An answer that is written is read again as the same answer.
    static func answer(_ bytes: [UInt8], _ facts: AnswerFacts) -> String? {
        for toHead in [false, true] {
            let written = written(answer: bytes, toHead: toHead)
            guard let again = readAnswer([written]).facts else {
                return "written but not read: \(String(wire: written))"
            }
            let lines = again.fields.map { $0.name + ": " + $0.value }
            let expected = KeptFields.lines(of: facts, toHead: toHead)
            guard lines == expected else { return "fields \(lines), expected \(expected)" }
            guard again.status == facts.status, again.keepsAlive, !again.nominatesFields else {
                return "written as \(again), meant \(facts)"
            }
            guard toHead || again.framing == facts.framing else {
                return "written as \(again), meant \(facts)"
            }
        }
        return nil
    }

    /// What is forwarded of a request and its body is one message, with the data that came.
    static func message(_ bytes: [UInt8], _ sizes: [Int]) -> String? {
        var head = RequestHead()
        var input = ByteBuffer()
        guard (try? readRequest([bytes], into: &head, leaving: &input)) == true else { return nil }
        let rest = [UInt8](wire: input.bytes)
        if let complaint = unlikeSlow(head.framing, rest, sizes) { return complaint }

        var output = ByteBuffer()
        unsafe output.append(head, hostIfNone: Array(hostIfNone.utf8).span.bytes)
        output.append("\r\n")
        guard let data = forward(head.framing, rest.cut(sizes), &output) else { return nil }
        do {
            let message = try StrictMessage([UInt8](wire: output.bytes))
            guard message.body == data else { return "other data: \(String(wire: output.bytes))" }
            guard message.values("host").count == 1 else { return "Host in \(message)" }
            return KeptFields.forbidden(message.fields + message.trailers)
        } catch {
            return "\(error.what) in \(String(wire: output.bytes))"
        }
    }

    /// The body that follows a head is the one a slow reader finds.
    private static func unlikeSlow(
        _ framing: BodyFraming,
        _ rest: [UInt8],
        _ sizes: [Int]
    ) -> String? {
        let facts = BodyFacts(framing, rest.cut(sizes))
        var slow = BodyFacts()
        switch framing {
        case .chunked: slow = SlowChunks(rest).facts
        case .untilClose: return "a request that ends with its connection"
        case .none, .length:
            var count = 0
            if case .length(let length) = framing { count = length }
            slow.data = Array(rest.prefix(count))
            slow.end = rest.count >= count ? .complete : .incomplete
            slow.rest = max(rest.count - count, 0)
        }
        // With nothing to cut there is no piece that could show the end.
        if rest.isEmpty { return nil }
        return facts == slow ? nil : "\(facts), slowly \(slow)"
    }

    /// The data that was forwarded, if the body was whole.
    private static func forward(
        _ framing: BodyFraming,
        _ pieces: [[UInt8]],
        _ output: inout ByteBuffer
    ) -> [UInt8]? {
        let pool = BlockPool()
        var input = ByteBuffer()
        var reader = BodyReader(framing)
        var writer = BodyWriter(framing)
        var data: [UInt8] = []
        for piece in pieces {
            input.append(wire: piece)
            while true {
                guard let count = try? reader.next(in: &input, from: pool) else { return nil }
                if count == 0 { break }
                writer.begin(count, in: &output)
                output.append(input.bytes.extracting(first: count))
                data += [UInt8](wire: input.bytes.extracting(first: count))
                input.removeFirst(count)
            }
        }
        guard reader.isComplete else { return nil }
        writer.end(reader.trailers, in: &output)
        return data
    }

    private static func written(request bytes: [UInt8]) -> [UInt8] {
        var head = RequestHead()
        var input = ByteBuffer()
        _ = try? readRequest([bytes], into: &head, leaving: &input)
        var output = ByteBuffer()
        unsafe output.append(head, hostIfNone: Array(hostIfNone.utf8).span.bytes)
        output.append("\r\n")
        return [UInt8](wire: output.bytes)
    }

    private static func written(answer bytes: [UInt8], toHead: Bool) -> [UInt8] {
        var head = AnswerHead()
        var input = ByteBuffer()
        _ = try? readAnswer([bytes], into: &head, leaving: &input)
        var output = ByteBuffer()
        output.append(head)
        output.appendFraming(head.framing(toHead: toHead), of: head)
        output.append("\r\n")
        return [UInt8](wire: output.bytes)
    }
}
