/// A change of state that is worth an operator's attention, told once when it happens.
///
/// Lower modules return facts and the program's rim speaks, so this is a value; what is done with one
/// is a closure's business that is given at the start.
public enum Notice: Sendable, Equatable {
    /// A server failed too often in a row and is left alone for a while.
    case serverEjected(SocketAddress, seconds: Int)
    case serverBack(SocketAddress)
    /// A server failed its health checks, or passes them again.
    case serverUnwell(SocketAddress)
    case serverWell(SocketAddress)
    case breakerOpened(seconds: Int)
    case breakerClosed
    /// A name could not be resolved; its last known addresses stay in use.
    case nameGone(String)
    case nameBack(String)
    case nameChanged(String, addressCount: Int)
}

extension Notice: CustomStringConvertible {
    public var description: String {
        switch self {
        case .serverEjected(let address, let seconds):
            "upstream \(address) failed again and again; it is not asked for \(seconds) s"
        case .serverBack(let address): "upstream \(address) is asked again"
        case .serverUnwell(let address): "upstream \(address) fails its health checks"
        case .serverWell(let address): "upstream \(address) passes its health checks again"
        case .breakerOpened(let seconds):
            "most requests to the upstream fail; it is left alone for \(seconds) s"
        case .breakerClosed: "the upstream answers again"
        case .nameGone(let name):
            "`\(name)` cannot be resolved; what was known of it stays in use"
        case .nameBack(let name): "`\(name)` can be resolved again"
        case .nameChanged(let name, let count): "`\(name)` has changed; it has \(count) addresses"
        }
    }
}
