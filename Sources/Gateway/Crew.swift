import Crypto
import Limits
import Transport
import Vocabulary

/// What the workers of a gateway share.
struct Crew: Sendable {
    let guards: Guards
    let slot: PolicySlot
    let switches = Switches()
    let store: any TokenStore
    /// Connections that never came as far as a request.
    let arrivals: ArrivalCount
}

extension KeyedHash {
    /// The one that all machines have which share the secret: what they count is counted together.
    init(derivedFrom secret: ProcessSecret) {
        let bytes = secret.derived(for: "buckets")
        let word = { (start: Int) in
            bytes[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        self.init(key: Digest(high: word(0), low: word(8)))
    }
}
