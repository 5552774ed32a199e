import Crypto
import Transport

/// The files that TLS needs on either side, and how they are read again.
struct Certificates: Sendable {
    let slot = TLSSlot()
    private let settings: TLSSettings?
    private let upstream: TLSClientSettings?
    private let secret: ProcessSecret
    private let secretFile: String?
    private let firstReading: FileReading

    /// What all the files hold, with nothing wrong in any.
    struct Reading {
        let secret: ProcessSecret
        /// What listeners show.
        let server: TLSServer?
        /// How servers are met.
        let client: TLSClient?

        /// What the operator should know all the same.
        var warnings: [String] { (server?.warnings ?? []) + (client?.warnings ?? []) }
    }

    /// Nothing is read before `read`.
    init(_ settings: Settings) {
        let isNeeded = settings.listeners.contains { $0.speaksTLS }
        self.settings = isNeeded ? settings.tls : nil
        upstream = settings.upstream.tls?.client
        secret = settings.secret
        secretFile = settings.secretFile
        firstReading = settings.readFile
    }

    /// Whether there is any file to be read again.
    var haveFiles: Bool { settings != nil || upstream != nil || secretFile != nil }

    /// Reads every file.
    ///
    /// - files: how; nil as when the gateway began.
    func read(_ files: FileReading? = nil) throws(LoadFailure) -> Reading {
        let read = files ?? firstReading
        let secret = try readSecret(read)
        var (server, client): (TLSServer?, TLSClient?)
        if let settings { server = try TLSServer(settings, secret, reading: read) }
        if let upstream { client = try TLSClient(upstream, reading: read) }
        return Reading(secret: secret, server: server, client: client)
    }

    /// Has new connections begin with what was read.
    func install(_ reading: Reading, for upstream: Upstream) {
        if let server = reading.server { slot.install(server) }
        if let client = reading.client { upstream.install(client) }
    }

    /// The secret in its file, if it has one.
    private func readSecret(_ read: FileReading) throws(LoadFailure) -> ProcessSecret {
        guard let secretFile else { return secret }
        let contents = try read(secretFile)
        guard let read = ProcessSecret(contents: contents) else {
            throw LoadFailure("\(secretFile): a secret needs 32 bytes or more")
        }
        return read
    }
}
