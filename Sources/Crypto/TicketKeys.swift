import COpenSSL
import Vocabulary

/// The keys of session tickets: the same for every process that holds the secret, at every moment.
///
/// Time is cut into epochs, and each has a key derived from the secret and its number. So nobody has
/// to be told of a rotation, a new worker takes up where the last one was, and a clock that jumps costs
/// full handshakes and nothing else.
final class TicketKeys: Sendable {
    static let epochSeconds = 8 * 3600

    /// What one epoch's tickets are named, sealed and authenticated with.
    struct Key: Sendable {
        let epoch: Int
        let name: [UInt8]
        let cipher: [UInt8]
        let authenticator: [UInt8]
    }

    private let root: [UInt8]
    /// The keys of the epochs that are accepted now, the current one first.
    private let ring = Lock<[Key]>([])

    init(_ secret: ProcessSecret) {
        root = secret.derived(for: "tickets")
    }

    /// The key to seal with.
    func current(at secondsSince1970: Int) -> Key { keys(at: secondsSince1970)[0] }

    /// The key a ticket names, if it is not too old; and whether the ticket should be replaced.
    func find(_ name: UnsafeBufferPointer<UInt8>, at now: Int) -> (key: Key, isOld: Bool)? {
        let keys = keys(at: now)
        for key in keys where unsafe key.name.elementsEqual(name) {
            return (key, key.epoch != keys[0].epoch)
        }
        return nil
    }

    /// This epoch's key, those of the two before it, and that of the next: another machine's clock may
    /// be a little ahead.
    private func keys(at now: Int) -> [Key] {
        let epoch = max(now, 0) / Self.epochSeconds
        let known = ring.withLock { $0 }
        if known.first?.epoch == epoch { return known }
        let fresh = [0, -1, -2, 1].compactMap { epoch + $0 < 0 ? nil : key(of: epoch + $0) }
        ring.withLock { $0 = fresh }
        return fresh
    }

    private func key(of epoch: Int) -> Key {
        let part = { [root] (purpose: String) in
            Digest.authenticator(of: Array("\(purpose) \(epoch)".utf8), under: root)
        }
        return Key(
            epoch: epoch,
            name: Array(part("name").prefix(16)),
            cipher: part("cipher"),
            authenticator: part("authenticator")
        )
    }
}
