import Crypto
import Vocabulary

/// A connection to a server that nobody uses, with the session it speaks TLS in.
struct IdleConnection {
    let socket: Socket
    /// nil in clear text.
    let tls: TLSSession?
    let since: Instant

    /// How the kernel is asked.
    enum Look {
        /// Where the loop has been told of something.
        case ofRound
        /// At this moment.
        case now
    }

    /// Whether anything has come that belongs to no exchange: data, an end, a fault, part of a record.
    ///
    /// Servers of TLS 1.3 send tickets when they like, most of them right after the handshake. Those are
    /// read here and kept for the next session; were they taken for news, no connection would ever be
    /// used twice.
    func hasNews(_ look: Look, with pool: BlockPool) -> Bool {
        guard let tls else { return hasSomethingToRead(look) }
        defer { if tls.input.isEmpty { tls.input.release(to: pool) } }
        while true {
            if !tls.isDry, hasData(tls, pool) { return true }
            guard hasSomethingToRead(look) else { break }
            tls.input.acquire(.head, from: pool)
            let (count, room) = SystemCall.receive(socket.descriptor, into: &tls.input)
            guard count > 0 else { return true }
            if count < room { socket.noteDrained() }
            tls.noteInput()
        }
        // What asks for an answer is more than a ticket.
        return tls.hasPartialRecord || !tls.output.isEmpty
    }

    private func hasSomethingToRead(_ look: Look) -> Bool {
        look == .now ? socket.hasSomethingToReadNow() : socket.hasSomethingToRead()
    }

    /// Opens what has come; true for anything but messages of TLS's own.
    private func hasData(_ tls: TLSSession, _ pool: BlockPool) -> Bool {
        var data = ByteBuffer(.head, from: pool)
        defer { data.release(to: pool) }
        return tls.read(into: &data) != .wantsInput
    }

    /// Says the end, without waiting: a server may forget a session that breaks off.
    func sayEnd() {
        guard let tls else { return }
        tls.endSending()
        _ = SystemCall.send(socket.descriptor, all: tls.output)
        tls.output.removeAll()
    }
}
