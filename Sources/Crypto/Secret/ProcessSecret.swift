import COpenSSL

/// The one secret of the process, from which every other is derived by purpose.
///
/// Processes that hold the same one arrive at the same keys without a word between them: worker beside
/// worker, the next binary after this one, machine beside machine.
public struct ProcessSecret: Sendable {
    static let countMin = 32
    /// For the supervisor alone, which hands it from one worker to the next.
    public let bytes: [UInt8]

    /// A random one.
    public init() {
        bytes = unsafe [UInt8](unsafeUninitializedCapacity: Digest.byteCount) { room, count in
            let result = unsafe RAND_bytes(room.baseAddress, Int32(Digest.byteCount))
            // Without chance there are no secrets, and nothing that follows would be safe.
            precondition(result == 1, "the system gives no random bytes")
            count = Digest.byteCount
        }
    }

    /// From what a file holds, its last line end included; nil for less than 32 bytes.
    public init?(contents: [UInt8]) {
        guard contents.count >= Self.countMin else { return nil }
        bytes = Digest.sha256(contents)
    }

    /// As another process handed it over; nil for anything but 32 bytes.
    public init?(handedOver bytes: [UInt8]) {
        guard bytes.count == Digest.byteCount else { return nil }
        self.bytes = bytes
    }

    /// A key that nobody who knows those of other purposes can find.
    public func derived(for purpose: String) -> [UInt8] {
        Digest.authenticator(of: Array(purpose.utf8), under: bytes)
    }
}

extension ProcessSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "‹secret›" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ProcessSecret: Equatable {
    public static func == (left: ProcessSecret, right: ProcessSecret) -> Bool {
        unsafe CRYPTO_memcmp(left.bytes, right.bytes, Digest.byteCount) == 0
    }
}
