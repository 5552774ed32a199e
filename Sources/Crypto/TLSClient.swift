import COpenSSL
public import Vocabulary

/// How servers are spoken to over TLS: whom to believe, and what to show.
@safe
public final class TLSClient: Sendable {
    public let warnings: [String]
    let context: TLSTerms

    public init(
        _ settings: TLSClientSettings,
        reading read: FileReading = SmallFile.onDisk
    ) throws(LoadFailure) {
        context = try TLSTerms(isServer: false)
        let pointer = unsafe context.pointer
        if let path = settings.authorities {
            try Authorities(path, reading: read).install(in: context, namingThem: false)
        } else {
            guard unsafe SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw LoadFailure("the system's authorities cannot be read; name a file of them")
            }
        }
        var warnings: [String] = []
        if let files = settings.certificate {
            let identity = try Identity(files, at: time(nil), reading: read)
            guard identity.install(in: context) else {
                throw LoadFailure(
                    files.certificate,
                    "its key is too weak or of a kind that TLS does not take",
                    help: "use RSA with 2048 bits or more, or P-256"
                )
            }
            warnings = identity.warning.map { [$0] } ?? []
        }
        self.warnings = warnings
        unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        unsafe SSL_CTX_set_verify_depth(pointer, TLSBounds.verifyDepthMax)
        let protocols: [UInt8] = [8] + Array("http/1.1".utf8)
        unsafe SSL_CTX_set_alpn_protos(pointer, protocols, UInt32(protocols.count))
        unsafe openssl_set_session_cache(
            pointer,
            SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL
        )
        unsafe SSL_CTX_sess_set_new_cb(pointer) { session, ticket in
            guard let data = unsafe SSL_get_ex_data(session, 0) else { return 0 }
            let isFull = unsafe SSL_session_reused(session) == 0
            // SAFETY: the session holds its server for as long as it lives.
            let peer = unsafe Unmanaged<TLSPeer>.fromOpaque(data).takeUnretainedValue()
            unsafe peer.keep(ticket, ofFullHandshake: isFull)
            return 1
        }
    }

    /// One server, by the name its certificate has to bear.
    public func peer(_ name: PeerName) -> TLSPeer { TLSPeer(self, name) }
}

/// What a server's certificate has to be for.
public enum PeerName: Sendable, Equatable {
    case host(String)
    case address(IPAddress)
}

/// One server that is spoken to over TLS, with what is remembered of it to resume a session.
@safe
// SAFETY: the ticket is reached through its lock; OpenSSL counts its references atomically.
public final class TLSPeer: @unchecked Sendable {
    public let name: PeerName
    public let client: TLSClient

    /// What was kept last, and when the server's certificate was last looked at.
    private struct Kept {
        var ticket: UInt = 0
        var verifiedAt = 0
    }

    private let kept = Lock(Kept())

    fileprivate init(_ client: TLSClient, _ name: PeerName) {
        self.client = client
        self.name = name
    }

    deinit {
        let bits = kept.withLock { $0.ticket }
        unsafe SSL_SESSION_free(OpaquePointer(bitPattern: bits))
    }

    /// A new connection's session; nil when there is no memory for one, or the name is none.
    public func session() -> TLSSession? { session(at: time(nil)) }

    /// The same, at a time in seconds.
    ///
    /// A resumed one has its certificate from the full handshake it goes back to, and that is not looked
    /// at again; so none goes back too far.
    func session(at now: Int) -> TLSSession? {
        guard let made = TLSSession(client.context, owner: self, isServer: false) else {
            return nil
        }
        let isNamed = unsafe made.withSession { session in
            unsafe SSL_set_ex_data(session, 0, Unmanaged.passUnretained(self).toOpaque())
            unsafe SSL_set_hostflags(session, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            if let ticket = unsafe copyOfTicket(at: now) {
                unsafe SSL_set_session(session, ticket)
                unsafe SSL_SESSION_free(ticket)
            }
            switch name {
            case .host(let host):
                unsafe openssl_name_server(session, host)
                return unsafe SSL_set1_host(session, host) == 1
            case .address(let address):
                let text = "\(address)"
                return unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), text) == 1
            }
        }
        return isNamed ? made : nil
    }

    fileprivate func keep(_ ticket: OpaquePointer?, ofFullHandshake isFull: Bool) {
        let bits = UInt(bitPattern: ticket)
        let now = time(nil)
        let old = kept.withLock { kept in
            defer { kept.ticket = bits }
            if isFull { kept.verifiedAt = now }
            return kept.ticket
        }
        unsafe SSL_SESSION_free(OpaquePointer(bitPattern: old))
    }

    /// A copy, since OpenSSL lets each be used once; several connections may be made at a time, and that
    /// they belong together is no secret from the server.
    private func copyOfTicket(at now: Int) -> OpaquePointer? {
        let bits = kept.withLock { kept in
            let isRecent = 0...TLSBounds.verifiedSecondsMax ~= now &- kept.verifiedAt
            guard kept.ticket != 0, isRecent else { return UInt(0) }
            return UInt(bitPattern: unsafe SSL_SESSION_dup(OpaquePointer(bitPattern: kept.ticket)))
        }
        return unsafe OpaquePointer(bitPattern: bits)
    }
}
