/// One worker's idle connections, by the server they lead to.
///
/// A struct, so that what a request asks of it is one access to the pool and no more.
struct IdleShelves {
    private struct Shelf {
        let server: Server
        var idle: [Idle] = []
    }

    private struct Idle {
        let socket: Socket
        let since: Instant
    }

    /// By the number of their server.
    private var shelves: [Shelf] = []
    private var count = 0

    /// The connection to the server that was used last, and since when it is idle.
    mutating func take(_ server: Server) -> (socket: Socket, since: Instant)? {
        let number = server.number
        guard number < shelves.count, shelves[number].server === server,
            !shelves[number].idle.isEmpty
        else { return nil }
        count &-= 1
        let last = shelves[number].idle.removeLast()
        return (last.socket, last.since)
    }

    /// Keeps a connection, unless there are too many.
    mutating func keep(_ socket: Socket, to server: Server, at now: Instant) {
        guard count < TransportBounds.idleUpstreamsMax else { return }
        let number = server.number
        while shelves.count <= number { shelves.append(Shelf(server: server)) }
        if shelves[number].server !== server {
            clear(number)
            shelves[number] = Shelf(server: server)
        }
        guard shelves[number].idle.count < TransportBounds.idleUpstreamMax else { return }
        socket.waiter = nil
        shelves[number].idle.append(Idle(socket: socket, since: now))
        count &+= 1
    }

    /// Closes the connections to servers that have left.
    mutating func clearAfterLeaving() {
        for number in shelves.indices where shelves[number].server.hasLeft { clear(number) }
    }

    /// Closes those that are idle since before then, or at which something has happened.
    mutating func sweep(_ isOver: (_ socket: Socket, _ since: Instant) -> Bool) {
        for number in shelves.indices {
            let before = shelves[number].idle.count
            shelves[number].idle.removeAll { isOver($0.socket, $0.since) }
            count &-= before &- shelves[number].idle.count
        }
    }

    private mutating func clear(_ number: Int) {
        count &-= shelves[number].idle.count
        shelves[number].idle.removeAll()
    }
}
