/// What makes an answer right: its status, its length and its bytes.
struct Answer: Equatable {
    let status: String
    private(set) var length = 0
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Sends one request and reads the whole answer.
    init(to ask: Ask, from port: UInt16, over wire: Wire) throws(Trouble) {
        try wire.send(ask.message(to: port))
        guard let head = try wire.readHead() else { throw Trouble("no answer came") }
        status = head.secondWord
        var (length, hash) = (0, hash)
        try wire.readBody(head.framing) { (piece) throws(Trouble) in
            length += piece.count
            // FNV-1a, 64 bits.
            for byte in piece { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        (self.length, self.hash) = (length, hash)
    }
}
