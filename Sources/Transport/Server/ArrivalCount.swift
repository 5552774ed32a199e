import Crypto
import Synchronization

/// Connections that never came as far as a request, by what was wrong with them.
public final class ArrivalCount: Sendable {
    private let strangers = Atomic<Int>(0)
    private let proxyHeaders = Atomic<Int>(0)
    private let clearTexts = Atomic<Int>(0)
    private let handshakes = Atomic<Int>(0)

    public init() {}

    /// From a network that may not send PROXY headers where one is required.
    public var strangerCount: Int { strangers.load(ordering: .relaxed) }
    /// With a PROXY header that was missing, malformed or late.
    public var badProxyHeaderCount: Int { proxyHeaders.load(ordering: .relaxed) }
    /// In plain HTTP where TLS is spoken.
    public var clearTextCount: Int { clearTexts.load(ordering: .relaxed) }
    /// With whom hands were not shaken, for any other reason.
    public var failedHandshakeCount: Int { handshakes.load(ordering: .relaxed) }

    func noteStranger() { strangers.wrappingAdd(1, ordering: .relaxed) }
    func noteBadProxyHeader() { proxyHeaders.wrappingAdd(1, ordering: .relaxed) }

    func noteHandshake(_ error: TransportError) {
        if case .handshake(.clearText, _) = error {
            clearTexts.wrappingAdd(1, ordering: .relaxed)
        } else {
            handshakes.wrappingAdd(1, ordering: .relaxed)
        }
    }
}
