import TestSupport

/// Clients with short requests: on one connection for as long as it lives, and on a new one each time.
struct Requests {
    let endpoint: Endpoint
    let tally: Tally

    /// Asks again and again, pausing up to 50 ms.
    ///
    /// It does not look whether the connection has ended meanwhile: a client that is far away
    /// could not know. One that ends without an answer that said so is a request failed.
    func keepAlive() {
        var random = SystemRandomNumberGenerator()
        var talk: Talk?
        while !tally.isOver {
            let opened = talk?.opened ?? .now
            do throws(Tally.Fault) {
                var open = if let talk { talk } else { try Talk(to: endpoint) }
                talk = try ask(&open, "") ? open : nil
                tally.note(.keepAlive) { $0.done += 1 }
            } catch {
                talk = nil
                tally.note(error, of: .keepAlive, opened: opened)
            }
            pause(.milliseconds(Int.random(in: 0...50, using: &random)))
        }
    }

    /// Asks once on each connection.
    func fresh() {
        while !tally.isOver {
            let opened = ContinuousClock.now
            do throws(Tally.Fault) {
                try askOnce()
                tally.note(.fresh) { $0.done += 1 }
            } catch {
                tally.note(error, of: .fresh, opened: opened)
            }
            pause(.milliseconds(5))
        }
    }

    func askOnce() throws(Tally.Fault) {
        var talk = try Talk(to: endpoint)
        _ = try ask(&talk, "Connection: close\r\n")
        try talk.awaitEnd()
    }

    /// True when the connection may be used again.
    private func ask(_ talk: inout Talk, _ fields: String) throws(Tally.Fault) -> Bool {
        talk.send("GET /bytes/300 HTTP/1.1\r\nHost: soak\r\n\(fields)\r\n")
        let head = try talk.readHead()
        guard head.status == 200, head.fields.value("content-length") == "300" else {
            throw .wrong
        }
        try talk.skip(300)
        return head.fields.value("connection") != "close"
    }
}
