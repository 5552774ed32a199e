import Glibc

/// Why an address cannot be listened on, in the operator's words.
public struct ListenFailure: Error, Sendable {
    public let message: String
    /// Another process has the address, and may leave it.
    public let isTaken: Bool

    init(_ address: SocketAddress) {
        isTaken = errno == EADDRINUSE
        let why =
            switch errno {
            case EADDRINUSE: "it is taken by another process"
            case EACCES: "this user may not use it"
            case EADDRNOTAVAIL: "no interface of this machine has it"
            default: unsafe String(cString: strerror(errno))
            }
        message = "cannot listen on \(address): \(why)"
    }
}
