import COpenSSL
import Glibc

/// A server's certificates and how it speaks TLS; many sessions of many threads share one.
///
/// Nothing of it changes once it is made: new certificates are a new server beside this one, which
/// lives on until its last session has ended.
@safe
public final class TLSServer: Sendable {
    /// What the operator should know although the server can work.
    public let warnings: [String]
    private let contexts: [TLSTerms]
    private let names: ServerNames<Int>
    private let tickets: TicketKeys

    /// Reads every file; one that is wrong fails the whole.
    public convenience init(
        _ settings: TLSSettings,
        _ secret: ProcessSecret,
        reading read: FileReading = SmallFile.onDisk
    ) throws(LoadFailure) {
        try self.init(settings, secret, at: time(nil), reading: read)
    }

    init(
        _ settings: TLSSettings,
        _ secret: ProcessSecret,
        at secondsSince1970: Int,
        reading read: FileReading = SmallFile.onDisk
    ) throws(LoadFailure) {
        guard !settings.certificates.isEmpty else {
            throw LoadFailure(
                "TLS needs a certificate; say `certificate file(\"…\") and key file(\"…\")`"
            )
        }
        var identities: [Identity] = []
        for files in settings.certificates {
            identities.append(try Identity(files, at: secondsSince1970, reading: read))
        }
        warnings = identities.compactMap(\.warning)
        tickets = TicketKeys(secret)
        let plan = CertificatePlan(identities)
        names = plan.names
        let authorities = try Self.authorities(settings, read)
        var contexts: [TLSTerms] = []
        for group in plan.groups {
            let context = try TLSTerms(isServer: true)
            for index in group {
                guard identities[index].install(in: context) else {
                    throw LoadFailure(
                        settings.certificates[index].certificate,
                        "its key is too weak or of a kind that TLS does not take",
                        help: "use RSA with 2048 bits or more, or P-256"
                    )
                }
            }
            try Self.judgeClients(settings, authorities, in: context)
            contexts.append(context)
        }
        self.contexts = contexts
        for context in contexts { prepare(context, settings) }
    }

    /// A new connection's session.
    public func session() -> TLSSession? {
        TLSSession(contexts[0], owner: self, isServer: true)
    }

    private static func authorities(
        _ settings: TLSSettings,
        _ read: FileReading
    ) throws(LoadFailure) -> Authorities? {
        guard settings.clients != .ignored else { return nil }
        guard let path = settings.clientAuthorities else {
            throw LoadFailure("clients' certificates need their authority")
        }
        return try Authorities(path, reading: read)
    }

    private static func judgeClients(
        _ settings: TLSSettings,
        _ authorities: Authorities?,
        in context: TLSTerms
    ) throws(LoadFailure) {
        // Sessions are resumed only where the same was asked of clients.
        var terms = Array("gatehouse \(settings.clients) ".utf8)
        if let authorities {
            try authorities.install(in: context, namingThem: true)
            terms += authorities.digest
            let isRequired = settings.clients == .required
            unsafe SSL_CTX_set_verify(
                context.pointer,
                SSL_VERIFY_PEER | (isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                nil
            )
            unsafe SSL_CTX_set_verify_depth(context.pointer, TLSBounds.verifyDepthMax)
        }
        let digest = Digest.sha256(terms)
        unsafe SSL_CTX_set_session_id_context(context.pointer, digest, UInt32(digest.count))
    }

    private func prepare(_ context: TLSTerms, _ settings: TLSSettings) {
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        let pointer = unsafe context.pointer
        context.require(settings.versionMin)
        // Nothing is kept here; what a session needs to be resumed travels in its ticket.
        unsafe openssl_set_session_cache(pointer, SSL_SESS_CACHE_OFF)
        unsafe SSL_CTX_set_timeout(pointer, TLSBounds.ticketSecondsMax)
        // Browsers open several connections at once, and use a ticket once.
        unsafe SSL_CTX_set_num_tickets(pointer, 2)
        // A request in early data could be replayed by anybody who saw it.
        unsafe SSL_CTX_set_max_early_data(pointer, 0)
        unsafe SSL_CTX_set_ex_data(pointer, 0, me)
        unsafe openssl_on_server_name(pointer, { unsafe TLSServer.chooseContext($0, $1, $2) }, me)
        unsafe SSL_CTX_set_alpn_select_cb(
            pointer,
            { unsafe TLSServer.chooseProtocol($0, $1, $2, $3, $4, $5) },
            nil
        )
        unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(
            pointer,
            {
                unsafe TLSServer.handleTicket($0, $1, $2, $3, $4, $5)
            }
        )
    }

    // MARK: What OpenSSL asks

    // SAFETY: a session holds its server for as long as it lives, and only sessions ask.
    private static func server(_ pointer: UnsafeMutableRawPointer?) -> TLSServer? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe Unmanaged<TLSServer>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Which certificates to show, by the name the client asks for.
    private static func chooseContext(
        _ session: OpaquePointer?,
        _: UnsafeMutablePointer<Int32>?,
        _ me: UnsafeMutableRawPointer?
    ) -> Int32 {
        guard let server = unsafe server(me),
            let name = unsafe SSL_get_servername(session, TLSEXT_NAMETYPE_host_name)
        else { return SSL_TLSEXT_ERR_NOACK }
        let bytes = unsafe Array(UnsafeRawBufferPointer(start: name, count: strnlen(name, 256)))
        guard let host = CertificateNames.host(bytes), let index = server.names[host] else {
            return SSL_TLSEXT_ERR_NOACK
        }
        unsafe SSL_set_SSL_CTX(session, server.contexts[index].pointer)
        return SSL_TLSEXT_ERR_OK
    }

    /// HTTP/1.1 or nothing: a client that offers only others is told so, not answered in another.
    private static func chooseProtocol(
        _: OpaquePointer?,
        _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
        _ chosenCount: UnsafeMutablePointer<UInt8>?,
        _ offered: UnsafePointer<UInt8>?,
        _ offeredCount: UInt32,
        _: UnsafeMutableRawPointer?
    ) -> Int32 {
        let name: StaticString = "http/1.1"
        let offers = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredCount))
        var at = 0
        while at < offers.count {
            let length = Int(unsafe offers[at])
            let end = at + 1 + length
            guard end <= offers.count else { break }
            if length == name.utf8CodeUnitCount,
                let start = unsafe offered.map({ unsafe $0 + at + 1 }),
                unsafe memcmp(start, name.utf8Start, length) == 0
            {
                unsafe chosen?.pointee = start
                unsafe chosenCount?.pointee = UInt8(length)
                return SSL_TLSEXT_ERR_OK
            }
            at = end
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }

    /// Sets the keys for a ticket that is being sealed, or opened; zero when it is too old to open.
    private static func handleTicket(
        _ session: OpaquePointer?,
        _ name: UnsafeMutablePointer<UInt8>?,
        _ iv: UnsafeMutablePointer<UInt8>?,
        _ cipher: OpaquePointer?,
        _ mac: OpaquePointer?,
        _ isSealing: Int32
    ) -> Int32 {
        guard let context = unsafe SSL_get_SSL_CTX(session),
            let server = unsafe server(SSL_CTX_get_ex_data(context, 0)),
            let name = unsafe name, let iv = unsafe iv
        else { return -1 }
        let now = time(nil)
        if isSealing == 1 {
            let key = server.tickets.current(at: now)
            guard unsafe RAND_bytes(iv, 16) == 1 else { return -1 }
            for (index, byte) in key.name.enumerated() { unsafe name[index] = byte }
            let isSet =
                unsafe EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipher, iv) == 1
                && openssl_mac_init(mac, key.authenticator, key.authenticator.count) == 1
            return isSet ? 1 : -1
        }
        let named = unsafe UnsafeBufferPointer(start: name, count: 16)
        guard let (key, isOld) = unsafe server.tickets.find(named, at: now) else { return 0 }
        let isSet =
            unsafe openssl_mac_init(mac, key.authenticator, key.authenticator.count) == 1
            && EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipher, iv) == 1
        // TLS 1.3 has a client use each ticket once, so it is given another.
        let isRenewed = unsafe isOld || SSL_version(session) >= TLS1_3_VERSION
        return isSet ? (isRenewed ? 2 : 1) : -1
    }
}

/// Which certificates stand together: those of different kinds for the same name.
struct CertificatePlan {
    /// Certificates by number, one group to a context; the first is the default.
    private(set) var groups: [[Int]] = []
    private(set) var names = ServerNames<Int>()

    init(_ identities: [Identity]) {
        var byName = ServerNames<[Int]>()
        var all: Set<String> = []
        for (index, identity) in identities.enumerated() {
            for name in identity.names {
                all.insert(name)
                byName.change(name) { group in
                    let isTaken = (group ?? []).contains {
                        identities[$0].keyKind == identity.keyKind
                    }
                    if !isTaken { group = (group ?? []) + [index] }
                }
            }
        }
        // Whoever asks for no name gets the first certificate, and its twin of another kind.
        var first = [0]
        if let name = identities.first?.names.first {
            byName.change(name) { first = $0 ?? first }
        }
        var places: [[Int]: Int] = [first: 0]
        var groups = [first]
        names = byName.mapValues { group in
            if let place = places[group] { return place }
            groups.append(group)
            places[group] = groups.count - 1
            return groups.count - 1
        }
        self.groups = groups
    }
}
