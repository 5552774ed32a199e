/// One worker's idle connections, by the server they lead to.
///
/// A struct, so that what a request asks of it is one access to the pool and no more.
struct IdleShelves {
    private struct Shelf {
        let server: Server
        var idle: [IdleConnection] = []
    }

    /// By the number of their server.
    private var shelves: [Shelf] = []
    private var count = 0

    /// The connection to the server that was used last.
    mutating func take(_ server: Server) -> IdleConnection? {
        let number = server.number
        guard number < shelves.count, shelves[number].server === server,
            !shelves[number].idle.isEmpty
        else { return nil }
        count &-= 1
        return shelves[number].idle.removeLast()
    }

    /// Keeps a connection, unless there are too many.
    mutating func keep(_ connection: IdleConnection, to server: Server) {
        guard count < TransportBounds.idleUpstreamsMax else { return connection.sayEnd() }
        let number = server.number
        while shelves.count <= number { shelves.append(Shelf(server: server)) }
        if shelves[number].server !== server {
            clear(number)
            shelves[number] = Shelf(server: server)
        }
        guard shelves[number].idle.count < TransportBounds.idleUpstreamMax else {
            return connection.sayEnd()
        }
        connection.socket.waiter = nil
        shelves[number].idle.append(connection)
        count &+= 1
    }

    /// Closes the connections to servers that have left.
    mutating func clearAfterLeaving() {
        for number in shelves.indices where shelves[number].server.hasLeft { clear(number) }
    }

    /// Closes them all.
    mutating func clearAll() {
        for number in shelves.indices { clear(number) }
    }

    /// Closes those that are idle since before then, or at which something has happened.
    mutating func sweep(_ isOver: (IdleConnection) -> Bool) {
        for number in shelves.indices {
            let before = shelves[number].idle.count
            shelves[number].idle.removeAll { connection in
                guard isOver(connection) else { return false }
                connection.sayEnd()
                return true
            }
            count &-= before &- shelves[number].idle.count
        }
    }

    private mutating func clear(_ number: Int) {
        count &-= shelves[number].idle.count
        for connection in shelves[number].idle { connection.sayEnd() }
        shelves[number].idle.removeAll()
    }
}
