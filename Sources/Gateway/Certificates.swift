import Crypto
import Transport

/// The certificates that a gateway's listeners show, and how they are read again.
struct Certificates: Sendable {
    let slot = TLSSlot()
    private let settings: TLSSettings?
    private let secret: ProcessSecret
    private let secretFile: String?

    /// Nothing is read before `load`.
    init(_ settings: Settings) {
        let isNeeded = settings.listeners.contains { $0.speaksTLS }
        self.settings = isNeeded ? settings.tls : nil
        secret = settings.secret
        secretFile = settings.secretFile
    }

    /// Whether there is any file to be read again.
    var haveFiles: Bool { settings != nil || secretFile != nil }

    /// Reads every file and shows what they hold from now on; or, if one is wrong, nothing of it.
    ///
    /// Answers what the operator should know all the same.
    func load() throws(LoadFailure) -> [String] {
        let secret = try readSecret()
        guard let settings else { return [] }
        let server = try TLSServer(settings, secret)
        slot.install(server)
        return server.warnings
    }

    /// The secret in its file, if it has one.
    func readSecret() throws(LoadFailure) -> ProcessSecret {
        guard let secretFile else { return secret }
        let contents = try SmallFile.read(secretFile)
        guard let read = ProcessSecret(contents: contents) else {
            throw LoadFailure("\(secretFile): a secret needs 32 bytes or more")
        }
        return read
    }
}
