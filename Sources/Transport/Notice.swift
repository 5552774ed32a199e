public import Crypto

/// A change of state that is worth an operator's attention, told once when it happens.
///
/// Lower modules return facts and the program's rim speaks, so this is a value; what is done with one
/// is a closure's business that is given at the start.
public enum Notice: Sendable, Equatable {
    /// Requests are being refused for lack of something.
    case sheddingBegan(Pressure)
    /// None has been refused for a while.
    case sheddingEnded(shed: Int)
    /// As many connections are open as may be; silent ones give way to new ones.
    case connectionsAreFull(limit: Int)
    /// Connections wait in the kernel, because there is no descriptor for them.
    case descriptorsAreShort(limit: Int)
    /// More memory is in use than is meant for the gateway.
    case memoryIsShort(usedBytes: Int, limitBytes: Int)
    /// Connections were closed that never came as far as a request.
    case turnedAway(ArrivalAlarm.Tally)
    /// A certificate can be used, and something about it will be wrong soon or is.
    case certificate(String)
    /// What is served could be served better, and nobody else would say so.
    case shortcoming(String)
    /// A server failed too often in a row and is left alone for a while.
    case serverEjected(SocketAddress, seconds: Int)
    case serverBack(SocketAddress)
    /// A server failed its health checks, or passes them again.
    case serverUnwell(SocketAddress)
    case serverWell(SocketAddress)
    /// A server does not shake hands, or what it shows does not verify; or it is well again.
    case handshakeFailed(SocketAddress, TLSFault)
    case handshakeDone(SocketAddress)
    case breakerOpened(seconds: Int)
    case breakerClosed
    /// A name could not be resolved; its last known addresses stay in use.
    case nameGone(String)
    /// A name could not be resolved, and never could.
    case nameUnknown(String)
    case nameBack(String)
    case nameChanged(String, addressCount: Int)
}

extension Notice: CustomStringConvertible {
    /// What an operator is told.
    public var description: String {
        switch self {
        case .sheddingBegan(let pressure):
            "refusing requests, the lowest class first: \(pressure)"
        case .sheddingEnded(let count):
            "no longer refusing requests; \(count) were refused"
        case .connectionsAreFull(let limit):
            "all \(limit) connections are open; silent ones are closed for new ones"
        case .descriptorsAreShort(let limit):
            "all \(limit) descriptors are in use; new connections wait for silent ones to be closed"
        case .memoryIsShort(let used, let limit):
            "\(used >> 20) MiB of memory are in use, and \(limit >> 20) are meant to be"
        case .turnedAway(let tally): "connections were closed before a request: \(tally.words)"
        case .certificate(let warning): warning
        case .shortcoming(let what): what
        case .serverEjected(let address, let seconds):
            "upstream \(address) failed again and again; it is not asked for \(seconds) s"
        case .serverBack(let address): "upstream \(address) is asked again"
        case .serverUnwell(let address): "upstream \(address) fails its health checks"
        case .serverWell(let address): "upstream \(address) passes its health checks again"
        case .handshakeFailed(let address, .untrusted(let code)):
            "upstream \(address) is not trusted: \(TLSFault.untrusted(code).text)"
        case .handshakeFailed(let address, let fault):
            "upstream \(address) does not agree on TLS: \(fault.text)"
        case .handshakeDone(let address): "upstream \(address) is trusted, and agrees on TLS, again"
        case .breakerOpened(let seconds):
            "most requests to the upstream fail; it is left alone for \(seconds) s"
        case .breakerClosed: "the upstream answers again"
        case .nameUnknown(let name):
            "`\(name)` cannot be resolved; nothing is known of it yet"
        case .nameGone(let name):
            "`\(name)` cannot be resolved; what was known of it stays in use"
        case .nameBack(let name): "`\(name)` can be resolved again"
        case .nameChanged(let name, let count): "`\(name)` has changed; it has \(count) addresses"
        }
    }
}
