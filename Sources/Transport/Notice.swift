/// A change of state that is worth an operator's attention.
///
/// Lower modules say what happened; whoever was given the closure at the start says it aloud.
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
    /// A certificate can be used, and something about it will be wrong soon or is.
    case certificate(String)
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
        case .certificate(let warning): warning
        }
    }
}
