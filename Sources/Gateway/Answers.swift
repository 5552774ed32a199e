import Crypto
import HTTPWire
import Transport
import Vocabulary

/// Which answer a failure becomes: the one place where errors turn into statuses.
extension Answer {
    /// - canBeGiven: the client is there, and no part of another answer has left.
    init(_ error: TransportError, canBeGiven: Bool) {
        self = canBeGiven ? .refusal(Reason(error)) : .broken(Reason(error))
    }
}

extension Reason {
    /// The client's faults are 4xx, the upstream's 502 and 504, a lack of our own 503.
    init(_ error: TransportError) {
        self =
            switch error {
            case .malformed(let error, .downstream): Reason(ofRequest: error)
            case .malformed(_, .upstream): .upstreamBadAnswer
            case .cut(.downstream): .requestCut
            case .cut(.upstream): .upstreamCut
            case .timedOut(.downstream): .requestTimeout
            case .timedOut(.upstream): .upstreamTimeout
            case .handshake(_, .downstream): .requestCut
            case .handshake(.untrusted, .upstream): .upstreamUntrusted
            case .handshake(_, .upstream): .upstreamUnreachable
            case .unaskedUpgrade: .unaskedUpgrade
            case .bodyTooLarge: .bodyTooLarge
            case .unreachable: .upstreamUnreachable
            case .connectTimedOut: .upstreamConnectTimeout
            case .noServer: .upstreamDown
            case .breakerOpen: .breakerOpen
            case .busy: .upstreamBusy
            case .exhausted: .overloaded
            }
    }

    init(ofRequest error: WireError) {
        self =
            switch error {
            case .badRequestLine, .badStatusLine: .badRequestLine
            case .badTarget: .badTarget
            case .unsafePath: .unsafePath
            case .badHost: .badHost
            case .badField: .badField
            case .ambiguousFraming: .ambiguousFraming
            case .badContentLength: .badContentLength
            case .badChunk: .badChunk
            case .badUpgrade: .badUpgrade
            case .badMaxForwards: .badMaxForwards
            case .targetTooLong: .targetTooLong
            case .headTooLarge: .headTooLarge
            case .expectationFailed: .expectationFailed
            case .misdirected: .misdirected
            case .upgradeRequired: .upgradeRequired
            case .methodNotImplemented: .methodNotImplemented
            case .codingNotImplemented: .codingNotImplemented
            case .versionUnsupported: .versionUnsupported
            }
    }
}
