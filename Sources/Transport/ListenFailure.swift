import Glibc

/// Why an address cannot be listened on, in the operator's words.
public struct ListenFailure: Error, Sendable {
    public let message: String

    init(_ address: SocketAddress) {
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
