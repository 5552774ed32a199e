import TestSupport

/// Clients whose exchanges take seconds: downloads, uploads and tunnels.
struct Streams {
    let endpoint: Endpoint
    let tally: Tally
    let time: Duration

    /// Takes a long answer slowly.
    func downloads() {
        repeating(.download) { talk throws(Tally.Fault) in
            // More than the kernel's buffers hold, so that most of it is still to come.
            let count = 48 << 20
            talk.send("GET /bytes/\(count) HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n\r\n")
            let head = try talk.readHead()
            guard head.status == 200, head.fields.value("content-length") == "\(count)" else {
                throw .wrong
            }
            let start = ContinuousClock.now
            let pieces = 40
            for piece in 1...pieces {
                try talk.skip(count / pieces)
                wait(until: start + time * piece / pieces)
            }
            try talk.skip(count - count / pieces * pieces)
            try talk.awaitEnd()
        }
    }

    /// Gives a long body slowly, and wants it back whole.
    func uploads() {
        let piece = [UInt8](repeating: 0x75, count: 32 << 10)
        repeating(.upload) { talk throws(Tally.Fault) in
            let pieces = 40
            let count = piece.count * pieces
            talk.send(
                "POST /upload HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n"
                    + "Content-Length: \(count)\r\n\r\n"
            )
            let start = ContinuousClock.now
            for number in 1...pieces {
                // A side that has gone says why when it is read.
                guard talk.socket.send(piece) else { break }
                wait(until: start + time * number / pieces)
            }
            let head = try talk.readHead()
            guard head.status == 200, head.fields.value("content-length") == "\(count)" else {
                throw .wrong
            }
            try talk.skip(count)
            try talk.awaitEnd()
        }
    }

    /// Says something every 20 ms and wants to hear it.
    func tunnels() {
        repeating(.tunnel) { talk throws(Tally.Fault) in
            talk.send(
                "GET /ws HTTP/1.1\r\nHost: soak\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            guard try talk.readHead().status == 101 else { throw .wrong }
            let start = ContinuousClock.now
            var word: UInt8 = 0
            while .now < start + time {
                let words = [UInt8](repeating: word, count: 100)
                talk.socket.send(words)
                guard try talk.take(100) == words else { throw .wrong }
                word &+= 1
                pause(.milliseconds(20))
            }
            talk.socket.finishSending()
            try talk.awaitEnd()
        }
    }

    private func repeating(
        _ kind: Tally.Kind,
        _ converse: (inout Talk) throws(Tally.Fault) -> Void
    ) {
        while !tally.isOver {
            let opened = ContinuousClock.now
            do throws(Tally.Fault) {
                var talk = try Talk(to: endpoint)
                try converse(&talk)
                tally.note(kind) { $0.done += 1 }
            } catch {
                tally.note(error, of: kind, opened: opened)
            }
        }
    }

    private func wait(until moment: ContinuousClock.Instant) {
        let left = ContinuousClock.now.duration(to: moment)
        if left > .zero { pause(left) }
    }
}
