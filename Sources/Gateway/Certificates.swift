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

    /// Reads every file and shows what they hold from now on; or, if one is wrong, nothing of it.
    ///
    /// Answers what the operator should know all the same.
    func load() throws(LoadFailure) -> [String] {
        var secret = secret
        if let secretFile {
            let contents = try SmallFile.read(secretFile)
            guard let read = ProcessSecret(contents: contents) else {
                throw LoadFailure("\(secretFile): a secret needs 32 bytes or more")
            }
            secret = read
        }
        guard let settings else { return [] }
        let server = try TLSServer(settings, secret)
        slot.install(server)
        return server.warnings
    }
}
