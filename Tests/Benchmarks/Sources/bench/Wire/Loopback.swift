import Glibc

/// Sockets on 127.0.0.0/8.
enum Loopback {
    /// Connects, from the given loopback address (127.0.0.`host`) when one is named.
    static func connect(to port: UInt16, fromHost host: UInt8 = 1) throws(Trouble) -> Int32 {
        let fd = try open()
        if host != 1 {
            // The kernel picks the port at connect, so each address has its full range of ports.
            var on: Int32 = 1
            let size = socklen_t(MemoryLayout<Int32>.size)
            setsockopt(fd, Int32(IPPROTO_IP), 24 /* IP_BIND_ADDRESS_NO_PORT */, &on, size)
            guard with(host: host, port: 0, { bind(fd, $0, $1) }) == 0 else {
                close(fd)
                throw Trouble.system("binding to 127.0.0.\(host)")
            }
        }
        guard with(host: 1, port: port, { Glibc.connect(fd, $0, $1) }) == 0 else {
            close(fd)
            throw Trouble.system("connecting to port \(port)")
        }
        return fd
    }

    static func listen(on port: UInt16 = 0) throws(Trouble) -> Int32 {
        let fd = try open()
        var on: Int32 = 1
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard with(host: 1, port: port, { bind(fd, $0, $1) }) == 0, Glibc.listen(fd, 64) == 0 else {
            close(fd)
            throw Trouble.system("listening on port \(port)")
        }
        return fd
    }

    static func port(of fd: Int32) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutableBytes(of: &address) { bytes in
            getsockname(fd, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Ports nobody uses now; all are held until all are chosen, so that no two are the same.
    static func freePorts(_ count: Int) throws(Trouble) -> [UInt16] {
        var held: [Int32] = []
        defer { for fd in held { close(fd) } }
        for _ in 0..<count { held.append(try listen()) }
        return held.map { port(of: $0) }
    }

    private static func open() throws(Trouble) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let fd = socket(AF_INET, kind, 0)
        guard fd >= 0 else { throw Trouble.system("opening a socket") }
        return fd
    }

    private static func with<T>(
        host: UInt8,
        port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
    ) -> T {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (UInt32(0x7F00_0000) | UInt32(host)).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
