import HTTPWire
import Transport
import Vocabulary

/// What the echo upstream says on one connection.
struct EchoAnswers: ~Copyable {
    static let bodyByteMax = 64 << 20
    private static let pieceByteCount = 16 << 10

    private var exchange: Exchange

    init(_ client: consuming Connection) {
        exchange = Exchange(
            client,
            peer: nil,
            deadlines: Deadlines(),
            bodyByteMax: Self.bodyByteMax
        )
    }

    /// Serves one connection; true when it has fallen silent.
    mutating func run() async -> Bool {
        do throws(TransportError) {
            while true {
                switch try await exchange.nextHead() {
                case .silence: return true
                case .gone: return false
                case .head: break
                }
                let goesOn = try await answer()
                try await exchange.flush()
                guard goesOn, exchange.head.keepsAlive else { return false }
                exchange.end()
            }
        } catch {
            exchange.client.output.append("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            try? await exchange.flush()
            return false
        }
    }

    consuming func leave() -> Connection { exchange.leave() }

    private mutating func answer() async throws(TransportError) -> Bool {
        if exchange.head.expectsContinue {
            exchange.client.output.append("HTTP/1.1 100 Continue\r\n\r\n")
            try await exchange.flush()
        }
        let body = try await exchange.readBody()
        let (name, number) = Self.split(exchange.head.path)
        switch name {
        case .bytes: try await sendBytes(number, as: .length(number))
        case .chunked: try await sendBytes(number, as: .chunked)
        case .status: sendStatus(number)
        case .delay:
            await exchange.client.waiter.pause(for: .milliseconds(number))
            describe(body)
        case .earlyHints:
            exchange.client.output.append(status: 103)
            exchange.client.output.append("Link: </style.css>; rel=preload\r\n\r\n")
            describe(body)
        case .trailers: sendTrailers()
        case .webSocket where exchange.head.asksWebSocket:
            try await echoBytes()
            return false
        default:
            if exchange.head.method == .post { giveBack(body) } else { describe(body) }
        }
        return true
    }

    // MARK: Paths

    private enum Name {
        case bytes, chunked, status, delay, earlyHints, trailers, webSocket, other
    }

    private static func split(_ path: RawSpan) -> (Name, Int) {
        let slash = path.firstIndex(of: 0x2f, from: 1) ?? path.byteCount
        let first = path.extracting(first: slash)
        var number = 0
        if slash < path.byteCount {
            let rest = path.extracting((slash + 1)..<path.byteCount)
            guard let given = rest.decimal(digitsMax: 10) else { return (.other, 0) }
            number = given
        }
        let name: Name =
            if first.equals("/bytes") {
                .bytes
            } else if first.equals("/chunked") {
                .chunked
            } else if first.equals("/status"), (200...599).contains(number) {
                .status
            } else if first.equals("/delay") {
                .delay
            } else if first.equals("/early-hints") {
                .earlyHints
            } else if first.equals("/trailers") {
                .trailers
            } else if first.equals("/ws") {
                .webSocket
            } else {
                .other
            }
        return (name, number)
    }

    // MARK: Answers

    private mutating func begin(_ status: Int, _ type: StaticString) {
        exchange.client.output.append(status: status)
        exchange.client.output.append("Content-Type: ")
        exchange.client.output.append(type)
        exchange.client.output.append("\r\n")
    }

    private mutating func end(_ body: borrowing ByteBuffer) {
        exchange.client.output.append("Content-Length: ")
        exchange.client.output.append(decimal: body.count)
        exchange.client.output.append("\r\n\r\n")
        if exchange.head.method != .head { exchange.client.output.append(body.bytes) }
    }

    private mutating func describe(_ body: borrowing ByteBuffer) {
        var text = ByteBuffer()
        text.append(exchange.head.methodText)
        text.append(0x20)
        text.append(exchange.head.path)
        if let query = exchange.head.query {
            text.append(0x3f)
            text.append(query)
        }
        text.append("\n")
        for index in 0..<exchange.head.section.fields.count {
            let field = exchange.head.section.fields[index]
            text.append(exchange.head.section[field.name])
            text.append(": ")
            text.append(exchange.head.section[field.value])
            text.append("\n")
        }
        text.append("\n")
        text.append(decimal: body.count)
        text.append(" bytes of body\n")
        begin(200, "text/plain; charset=utf-8")
        end(text)
    }

    private mutating func giveBack(_ body: borrowing ByteBuffer) {
        var head = ByteBuffer()
        head.append(status: 200)
        if let type = exchange.head.section.value(of: .contentType) {
            head.append("Content-Type: ")
            head.append(type)
            head.append("\r\n")
        }
        exchange.client.output.append(head.bytes)
        end(body)
    }

    private mutating func sendStatus(_ status: Int) {
        begin(status, "text/plain")
        if status == 204 || status == 304 {
            exchange.client.output.append("\r\n")
        } else {
            var body = ByteBuffer()
            body.append(Status.phrase(for: status))
            body.append("\n")
            end(body)
        }
    }

    private mutating func sendBytes(
        _ count: Int,
        as framing: BodyFraming
    ) async throws(TransportError) {
        begin(200, "application/octet-stream")
        if framing == .chunked {
            exchange.client.output.append("Transfer-Encoding: chunked\r\n\r\n")
        } else {
            exchange.client.output.append("Content-Length: ")
            exchange.client.output.append(decimal: count)
            exchange.client.output.append("\r\n\r\n")
        }
        if exchange.head.method == .head { return }
        var writer = BodyWriter(framing)
        var left = count
        while left > 0 {
            let piece = min(left, Self.pieceByteCount)
            writer.begin(piece, in: &exchange.client.output)
            for _ in 0..<piece / 64 {
                exchange.client.output.append(
                    "The quick brown fox jumps over the lazy dog and goes home again\n"
                )
            }
            for _ in 0..<piece % 64 { exchange.client.output.append(0x2e) }
            left -= piece
            try await exchange.flush()
        }
        writer.end(FieldSection(), in: &exchange.client.output)
    }

    private mutating func sendTrailers() {
        begin(200, "text/plain")
        exchange.client.output.append("Trailer: X-Checksum\r\nTransfer-Encoding: chunked\r\n\r\n")
        if exchange.head.method == .head { return }
        exchange.client.output.append("6\r\nhello\n\r\n0\r\nX-Checksum: 5d41402a\r\n\r\n")
    }

    private mutating func echoBytes() async throws(TransportError) {
        exchange.client.output.append(status: 101)
        exchange.client.output.append("Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        try await exchange.flush()
        repeat {
            swap(&exchange.client.output, &exchange.client.input)
            try await exchange.flush()
        } while try await exchange.client.fill(by: .never)
    }
}
