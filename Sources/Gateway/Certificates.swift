import Crypto
import Transport

/// The files that TLS needs on either side, and how they are read again.
///
/// Which upstreams there are changes with the policy, so theirs are read for whoever is named.
struct Certificates: Sendable {
    let slot = TLSSlot()
    private let settings: TLSSettings?
    private let secret: ProcessSecret
    private let secretFile: String?
    private let firstReading: FileReading

    /// What all the files hold, with nothing wrong in any.
    struct Reading {
        let secret: ProcessSecret
        /// What listeners show.
        let server: TLSServer?
        /// How the servers of each upstream are met that was asked for.
        var clients: [TLSClient?] = []

        /// What the operator should know all the same.
        var warnings: [String] {
            (server?.warnings ?? []) + clients.flatMap { $0?.warnings ?? [] }
        }
    }

    /// Nothing is read before `read`.
    init(_ settings: Settings) {
        let isNeeded = settings.listeners.contains { $0.speaksTLS }
        self.settings = isNeeded ? settings.tls : nil
        secret = settings.secret
        secretFile = settings.secretFile
        firstReading = settings.readFile
    }

    /// Whether there is any file to be read again.
    func haveFiles(for upstreams: [UpstreamSettings]) -> Bool {
        settings != nil || secretFile != nil || upstreams.contains { $0.tls != nil }
    }

    /// Reads every file.
    ///
    /// - files: how; nil as when the gateway began.
    func read(
        for upstreams: [UpstreamSettings],
        reading files: FileReading? = nil
    ) throws(LoadFailure) -> Reading {
        let read = files ?? firstReading
        let secret = try readSecret(read)
        var server: TLSServer?
        if let settings { server = try TLSServer(settings, secret, reading: read) }
        var reading = Reading(secret: secret, server: server)
        for upstream in upstreams { reading.clients.append(try Self.client(of: upstream, read)) }
        return reading
    }

    /// Reads what one upstream is met with; nil where it is met in clear text.
    private static func client(
        of upstream: UpstreamSettings,
        _ read: FileReading
    ) throws(LoadFailure) -> TLSClient? {
        guard let tls = upstream.tls else { return nil }
        return try TLSClient(tls.client, reading: read)
    }

    /// Has new connections begin with what was read, for the upstreams in the order it was read for.
    func install(_ reading: Reading, for upstreams: [Upstream]) {
        if let server = reading.server { slot.install(server) }
        for (upstream, client) in zip(upstreams, reading.clients) {
            if let client { upstream.install(client) }
        }
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
