public import Crypto
public import Policy
public import Transport

/// How the rules and the files of a running gateway change.
extension Gateway {
    /// The upstreams requests go to now, what is known of their servers and what was counted.
    public var upstreams: [Upstream] { slot.edition.upstreams }

    /// The rules that requests begin with now.
    public var policy: Policy { slot.edition.policy }

    /// Has requests whose head comes from now on judged by other rules, and sent to other upstreams.
    ///
    /// Those under way end as they began. Upstreams whose settings are the same, their name included,
    /// stay what they are: health, breaker and connections. The others are made anew, and the old ones
    /// go with the last request that leads to them. Certificates, keys and authorities are read again, of
    /// listeners too: all of it is installed or nothing. Answers what the operator should know. Called
    /// by one thread at a time, as `reload`.
    ///
    /// - upstreams: by their numbers in `Policy.upstreams`.
    /// - files: how files are read; nil as when the gateway began.
    public func install(
        _ policy: Policy,
        upstreams settings: [UpstreamSettings],
        reading files: FileReading? = nil
    ) throws(LoadFailure) -> [String] {
        let old = slot.edition
        let reading = try certificates.read(for: settings, reading: files)
        var warnings = reading.warnings
        var fresh: [Upstream] = []
        do throws(LoadFailure) {
            var all: [Upstream] = []
            for one in settings {
                if let kept = old.upstreams.first(where: { $0.settings == one }) {
                    all.append(kept)
                    continue
                }
                let made = Self.upstream(one, secret, notice)
                fresh.append(made)
                all.append(made)
            }
            try Self.startResolving(fresh)
            guard let edition = Edition(old.number + 1, policy, all) else {
                throw LoadFailure(Self.leadsNowhere)
            }
            certificates.install(reading, for: all)
            slot.install(edition)
        } catch {
            for upstream in fresh { upstream.stopResolving() }
            throw error
        }
        for upstream in old.upstreams
        where !upstreams.contains(where: { $0 === upstream }) { upstream.stopResolving() }
        if let shortcoming = policy.shortcoming { warnings.append(shortcoming) }
        return warnings
    }

    /// Whether `reload` has anything to read.
    public var hasFilesToReload: Bool {
        certificates.haveFiles(for: upstreams.map(\.settings))
    }

    /// Reads certificates, keys, authorities and the secret again, for both sides.
    ///
    /// New connections begin with the new ones, if all of them can be used; else nothing changes. What is
    /// open already goes on; connections to servers that nobody uses close. Answers what the operator
    /// should know of them all the same.
    public func reload(reading files: FileReading? = nil) throws(LoadFailure) -> [String] {
        let upstreams = upstreams
        let reading = try certificates.read(for: upstreams.map(\.settings), reading: files)
        certificates.install(reading, for: upstreams)
        return reading.warnings
    }

    // MARK: Making

    static func read(
        _ certificates: Certificates,
        for upstreams: [UpstreamSettings]
    ) throws(StartFailure) -> Certificates.Reading {
        do throws(LoadFailure) {
            return try certificates.read(for: upstreams)
        } catch {
            throw StartFailure(message: error.message)
        }
    }

    /// The edition a gateway starts with.
    ///
    /// The names are asked for before the first connection is taken, so that a restart refuses nobody;
    /// one that stays unknown does not hold the start up.
    static func makeEdition(
        _ settings: Settings,
        _ reading: Certificates.Reading,
        _ certificates: Certificates,
        _ notice: @escaping @Sendable (Notice) -> Void
    ) throws(StartFailure) -> Edition {
        let upstreams = settings.upstreams.map { Self.upstream($0, settings.secret, notice) }
        certificates.install(reading, for: upstreams)
        do throws(LoadFailure) {
            try startResolving(upstreams)
        } catch {
            throw StartFailure(message: error.message)
        }
        guard let edition = Edition(1, settings.policy, upstreams) else {
            throw StartFailure(message: leadsNowhere)
        }
        if let shortcoming = settings.policy.shortcoming { notice(.shortcoming(shortcoming)) }
        return edition
    }

    private static func upstream(
        _ settings: UpstreamSettings,
        _ secret: ProcessSecret,
        _ notice: @escaping @Sendable (Notice) -> Void
    ) -> Upstream {
        Upstream(settings, token: { Self.token(of: $0, under: secret) }, notice: notice)
    }

    /// Has names asked for, all at once, and waits for the answers as long as is decent.
    private static func startResolving(_ upstreams: [Upstream]) throws(LoadFailure) {
        do throws(TransportError) {
            for upstream in upstreams { try upstream.startResolving() }
        } catch {
            throw LoadFailure("names cannot be resolved: the resolver did not start")
        }
        let end = PreciseClock.now() + Bounds.namesPatience
        for upstream in upstreams {
            let now = PreciseClock.now()
            let left = end.milliseconds &- min(end.milliseconds, now.milliseconds)
            upstream.awaitNames(atMost: .milliseconds(Int(clamping: left)))
        }
    }

    private static let leadsNowhere = "a route leads to an upstream that has no settings"

    /// What a cookie calls a server: the same on every machine that holds the secret, and no hint at
    /// the address to anybody else.
    private static func token(of server: SocketAddress, under secret: ProcessSecret) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return secret.derived(for: "server " + server.text).prefix(16).flatMap { byte in
            [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
}

extension Policy {
    /// What this version of the gateway cannot do for it, in the operator's words.
    fileprivate var shortcoming: String? { auths.isEmpty ? nil : RequestPath.unverifiedTokens }
}
