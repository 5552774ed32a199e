import Glibc

/// Where a socket listens or connects to, as the program's own flags write it.
public enum Endpoint: Sendable, Equatable, CustomStringConvertible {
    case ipv4(String, port: UInt16)
    case ipv6(String, port: UInt16)
    case unix(String)

    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            self = .unix(String(text.dropFirst(5)))
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            self = .ipv6(String(host.dropFirst().dropLast()), port: port)
        } else {
            self = .ipv4(String(host), port: port)
        }
    }

    public var description: String {
        switch self {
        case .ipv4(let host, let port): "\(host):\(port)"
        case .ipv6(let host, let port): "[\(host)]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    var family: Int32 {
        switch self {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// Lends the address to a call of the kernel's.
    func withAddress<Answer>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer
    ) -> Answer {
        switch self {
        case .ipv4(let host, let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            precondition(unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1)
            return unsafe Self.lend(&address, body)
        case .ipv6(let host, let port):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            precondition(unsafe inet_pton(AF_INET6, host, &address.sin6_addr) == 1)
            return unsafe Self.lend(&address, body)
        case .unix(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            precondition(path.utf8.count < 108, "the socket's path is too long")
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
                unsafe room.copyBytes(from: path.utf8)
            }
            return unsafe Self.lend(&address, body)
        }
    }

    private static func lend<Address, Answer>(
        _ address: inout Address,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer
    ) -> Answer {
        let size = socklen_t(MemoryLayout<Address>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, size)
            }
        }
    }

    /// The address a socket was given, or the one at its other end.
    static func of(_ descriptor: Int32, peer: Bool) -> Endpoint? {
        var storage = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let failed = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe peer
                    ? getpeername(descriptor, $0, &size) : getsockname(descriptor, $0, &size)
            }
        }
        guard failed == 0 else { return nil }
        // Port and IPv4 address lie where an IPv6 address has its port and its flow.
        let port = UInt16(bigEndian: storage.sin6_port)
        switch Int32(storage.sin6_family) {
        case AF_INET:
            var host = in_addr(s_addr: storage.sin6_flowinfo)
            return .ipv4(unsafe text(AF_INET, &host), port: port)
        case AF_INET6:
            return .ipv6(unsafe text(AF_INET6, &storage.sin6_addr), port: port)
        default: return nil
        }
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { room in
            guard let start = room.baseAddress,
                let text = unsafe inet_ntop(family, address, start, 64)
            else { return "?" }
            return unsafe String(cString: text)
        }
    }
}
