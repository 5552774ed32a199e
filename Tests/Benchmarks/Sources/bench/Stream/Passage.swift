import Glibc

/// One way a large body can pass: in a direction, in a framing, of a size.
struct Passage: Sendable {
    enum Direction: String { case download, upload }

    let direction: Direction
    let isChunked: Bool
    let size: Int

    static func all(of size: Int) -> [Passage] {
        [Direction.download, .upload].flatMap { direction in
            [false, true].map { Passage(direction: direction, isChunked: $0, size: size) }
        }
    }

    var title: String { "\(direction.rawValue), \(isChunked ? "chunked" : "Content-Length")" }

    var framingField: String {
        isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(size)"
    }

    var target: String { "/\(direction.rawValue)/\(isChunked ? "chunked" : "length")?\(size)" }

    /// The passage a request's target asks for.
    init?(target: String) {
        let words = target.split { $0 == "/" || $0 == "?" }.map(String.init)
        guard words.count == 3, let direction = Direction(rawValue: words[0]),
            let size = Int(words[2])
        else { return nil }
        self.init(direction: direction, isChunked: words[1] == "chunked", size: size)
    }

    init(direction: Direction, isChunked: Bool, size: Int) {
        self.direction = direction
        self.isChunked = isChunked
        self.size = size
    }

    /// Sends the body as fast as the other side takes it.
    func send(_ pattern: Pattern, over wire: Wire) throws(Trouble) {
        var offset = 0
        while offset < size {
            let piece = pattern.piece(at: offset, length: min(Pattern.pieceMax, size - offset))
            if isChunked {
                let head = "\(String(piece.count, radix: 16))\r\n".utf8
                try wire.send((Array(head) + piece + [13, 10])[...])
            } else {
                try wire.send(piece)
            }
            offset += piece.count
        }
        if isChunked { try wire.send("0\r\n\r\n") }
    }

    /// Receives the body, byte for byte what was sent, standing still half a second at each
    /// quarter: a proxy that reads on meanwhile must keep what it read, and its memory shows it.
    func receive(
        _ framing: Head.Framing,
        _ pattern: Pattern,
        over wire: Wire
    ) throws(Trouble) {
        guard framing == (isChunked ? .chunked : .length(size)) else {
            throw Trouble("\(title): the framing was changed to \(framing)")
        }
        var offset = 0
        try wire.readBody(framing) { (piece) throws(Trouble) in
            if offset * 4 / size != (offset + piece.count) * 4 / size { usleep(500_000) }
            guard pattern.matches(piece, at: offset) else {
                throw Trouble("\(title): other bytes than were sent, near byte \(offset)")
            }
            offset += piece.count
        }
        guard offset == size else { throw Trouble("\(title): \(offset) of \(size) bytes came") }
    }
}
