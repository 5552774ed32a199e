import CLinux
import Glibc
public import Vocabulary

/// Where to listen, or whom to dial.
public enum SocketAddress: Hashable, Sendable {
    case tcp(IPAddress, port: UInt16)
    case unix(path: String)

    /// Reads `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/gatehouse.sock`.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard path.hasPrefix("/"), path.utf8.count < Self.pathByteMax else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[colon...].dropFirst())
        else { return nil }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard host.contains(":") == isBracketed else { return nil }
        if isBracketed { host = host.dropFirst().dropLast() }
        let bytes = Array(host.utf8)
        guard let address = unsafe IPAddress(bytes.span.bytes) else { return nil }
        self = .tcp(address, port: port)
    }

    /// Digits alone: a sign would pass for a number.
    private static func port(_ text: Substring) -> UInt16? {
        text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? UInt16(text) : nil
    }

    /// What fits into `sockaddr_un`, its closing zero included.
    static let pathByteMax = 108

    public var text: String {
        switch self {
        case .unix(let path): return "unix:" + path
        case .tcp(let address, let port):
            return address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)"
        }
    }

    var family: Int32 {
        switch self {
        case .unix: AF_UNIX
        case .tcp(let address, _): address.isV4 ? AF_INET : AF_INET6
        }
    }

    /// Hands `body` the address as the kernel wants it.
    func withKernelForm(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var storage = sockaddr_storage()
        let count = write(into: &storage)
        return unsafe withUnsafePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, count) }
        }
    }

    private func write(into storage: inout sockaddr_storage) -> socklen_t {
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            switch self {
            case .tcp(let address, let port) where address.isV4:
                var form = sockaddr_in()
                form.sin_family = sa_family_t(AF_INET)
                form.sin_port = port.bigEndian
                form.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
                unsafe bytes.storeBytes(of: form, as: sockaddr_in.self)
                return socklen_t(MemoryLayout<sockaddr_in>.size)
            case .tcp(let address, let port):
                var form = sockaddr_in6()
                form.sin6_family = sa_family_t(AF_INET6)
                form.sin6_port = port.bigEndian
                unsafe bytes.storeBytes(of: form, as: sockaddr_in6.self)
                unsafe bytes.storeBytes(
                    of: address.high.bigEndian,
                    toByteOffset: 8,
                    as: UInt64.self
                )
                unsafe bytes.storeBytes(
                    of: address.low.bigEndian,
                    toByteOffset: 16,
                    as: UInt64.self
                )
                return socklen_t(MemoryLayout<sockaddr_in6>.size)
            case .unix(let path):
                unsafe bytes.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
                unsafe bytes[2..<(2 + path.utf8.count)].copyBytes(from: path.utf8)
                return socklen_t(2 + path.utf8.count + 1)
            }
        }
    }

    /// Where a socket of ours is bound.
    init?(ofSocket descriptor: Int32) {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        guard result == 0 else { return nil }
        if let address = Self.tcp(from: &storage) {
            self = address
            return
        }
        guard Int32(storage.ss_family) == AF_UNIX, size > 2 else { return nil }
        let path = unsafe withUnsafeBytes(of: &storage) { bytes in
            let name = unsafe bytes[2..<min(Int(size), 2 + Self.pathByteMax)].prefix { $0 != 0 }
            return unsafe String(decoding: name, as: UTF8.self)
        }
        guard path.hasPrefix("/") else { return nil }
        self = .unix(path: path)
    }

    /// The address and port in what the kernel filled in; nil for a Unix socket.
    static func tcp(from storage: inout sockaddr_storage) -> SocketAddress? {
        unsafe withUnsafeBytes(of: &storage) { bytes in
            let port = unsafe UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
            switch Int32(unsafe bytes.load(as: sa_family_t.self)) {
            case AF_INET:
                let bits = unsafe UInt32(bigEndian: bytes.load(fromByteOffset: 4, as: UInt32.self))
                return .tcp(IPAddress(v4: bits), port: port)
            case AF_INET6:
                let high = unsafe UInt64(bigEndian: bytes.load(fromByteOffset: 8, as: UInt64.self))
                let low = unsafe UInt64(bigEndian: bytes.load(fromByteOffset: 16, as: UInt64.self))
                return .tcp(IPAddress(high: high, low: low), port: port)
            default:
                return nil
            }
        }
    }
}

extension SocketAddress: CustomStringConvertible {
    public var description: String { text }
}
