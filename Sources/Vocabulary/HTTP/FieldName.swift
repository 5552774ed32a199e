/// The field names that mean something to the gateway; every other field passes by untouched.
///
/// Fewer than 64, so that the names present in a head, and the sets below, are each one word of bits.
public enum FieldName: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case other
    /// A name that would be a known one if its underscores were hyphens.
    ///
    /// Servers that map fields to variables (CGI and its heirs) take the two for one, so what we
    /// removed or vouched for could be said again under an alias.
    case alias

    // Meant for the next hop alone (RFC 9110 §7.6.1), or for a proxy.
    case connection, keepAlive, proxyConnection, te, transferEncoding, upgrade
    case http2Settings, proxyAuthorization, proxyAuthenticate, proxyAuthenticationInfo

    // Framing and routing: read, judged, and written anew.
    case host, contentLength, expect, maxForwards

    // What we vouch for: removed and written anew.
    case forwarded, forwardedFor, forwardedProto, forwardedOther, realIP
    case requestID, traceparent, tracestate
    case clientCert, clientCertChain, strictTransportSecurity

    // Read by us, passed as they are.
    case trailer, accept, authorization, cookie, setCookie, contentType, contentEncoding
    case contentRange, cacheControl, date, origin, userAgent
    case secWebSocketKey, secWebSocketVersion, secWebSocketAccept

    /// Recognises a name, in any case.
    public init(_ name: RawSpan) {
        let known = Self.known(name)
        self = known == .other && name.firstIndex(of: 0x5f) != nil ? Self.alias(of: name) : known
    }

    private static func alias(of name: RawSpan) -> FieldName {
        var hyphened: InlineArray<32, UInt8> = .init(repeating: 0)
        guard name.byteCount <= 32 else { return startsForwarded(name) ? .alias : .other }
        for index in 0..<name.byteCount {
            hyphened[index] = name[index] == 0x5f ? 0x2d : name[index]
        }
        let respelled = unsafe hyphened.span.bytes.extracting(first: name.byteCount)
        return known(respelled) != .other ? .alias : .other
    }

    /// Whether a name too long for the table of names is an alias of some `X-Forwarded-…`.
    private static func startsForwarded(_ name: RawSpan) -> Bool {
        let isSeparator = { (byte: UInt8) in byte == 0x2d || byte == 0x5f }
        return name[0].lowercased == 0x78 && isSeparator(name[1]) && isSeparator(name[11])
            && name.extracting(2..<11).equalsIgnoringCase("forwarded")
    }

    private static func known(_ name: RawSpan) -> FieldName {
        switch name.byteCount {
        case 0...8: short(name)
        case 9...14: medium(name)
        default: long(name)
        }
    }

    private static func short(_ name: RawSpan) -> FieldName {
        switch name.byteCount {
        case 2 where name.equalsIgnoringCase("te"): .te
        case 4 where name.equalsIgnoringCase("host"): .host
        case 4 where name.equalsIgnoringCase("date"): .date
        case 6 where name.equalsIgnoringCase("accept"): .accept
        case 6 where name.equalsIgnoringCase("cookie"): .cookie
        case 6 where name.equalsIgnoringCase("expect"): .expect
        case 6 where name.equalsIgnoringCase("origin"): .origin
        case 7 where name.equalsIgnoringCase("upgrade"): .upgrade
        case 7 where name.equalsIgnoringCase("trailer"): .trailer
        default: .other
        }
    }

    private static func medium(_ name: RawSpan) -> FieldName {
        switch name.byteCount {
        case 9 where name.equalsIgnoringCase("forwarded"): .forwarded
        case 9 where name.equalsIgnoringCase("x-real-ip"): .realIP
        case 10 where name.equalsIgnoringCase("connection"): .connection
        case 10 where name.equalsIgnoringCase("keep-alive"): .keepAlive
        case 10 where name.equalsIgnoringCase("set-cookie"): .setCookie
        case 10 where name.equalsIgnoringCase("tracestate"): .tracestate
        case 10 where name.equalsIgnoringCase("user-agent"): .userAgent
        case 11 where name.equalsIgnoringCase("traceparent"): .traceparent
        case 11 where name.equalsIgnoringCase("client-cert"): .clientCert
        case 12 where name.equalsIgnoringCase("content-type"): .contentType
        case 12 where name.equalsIgnoringCase("max-forwards"): .maxForwards
        case 12 where name.equalsIgnoringCase("x-request-id"): .requestID
        case 13 where name.equalsIgnoringCase("authorization"): .authorization
        case 13 where name.equalsIgnoringCase("cache-control"): .cacheControl
        case 13 where name.equalsIgnoringCase("content-range"): .contentRange
        case 14 where name.equalsIgnoringCase("content-length"): .contentLength
        case 14 where name.equalsIgnoringCase("http2-settings"): .http2Settings
        case 12... where name.startsIgnoringCase(with: "x-forwarded-"): .forwardedOther
        default: .other
        }
    }

    private static func long(_ name: RawSpan) -> FieldName {
        switch name.byteCount {
        case 15 where name.equalsIgnoringCase("x-forwarded-for"): .forwardedFor
        case 16 where name.equalsIgnoringCase("proxy-connection"): .proxyConnection
        case 16 where name.equalsIgnoringCase("content-encoding"): .contentEncoding
        case 17 where name.equalsIgnoringCase("transfer-encoding"): .transferEncoding
        case 17 where name.equalsIgnoringCase("x-forwarded-proto"): .forwardedProto
        case 17 where name.equalsIgnoringCase("sec-websocket-key"): .secWebSocketKey
        case 17 where name.equalsIgnoringCase("client-cert-chain"): .clientCertChain
        case 18 where name.equalsIgnoringCase("proxy-authenticate"): .proxyAuthenticate
        case 19 where name.equalsIgnoringCase("proxy-authorization"): .proxyAuthorization
        case 20 where name.equalsIgnoringCase("sec-websocket-accept"): .secWebSocketAccept
        case 21 where name.equalsIgnoringCase("sec-websocket-version"): .secWebSocketVersion
        case 25 where name.equalsIgnoringCase("proxy-authentication-info"): .proxyAuthenticationInfo
        case 25 where name.equalsIgnoringCase("strict-transport-security"): .strictTransportSecurity
        case _ where name.startsIgnoringCase(with: "x-forwarded-"): .forwardedOther
        default: .other
        }
    }
}

/// A set of field names, as bits.
public struct FieldNameSet: BitwiseCopyable, Sendable, ExpressibleByArrayLiteral {
    @usableFromInline var bits: UInt64 = 0

    @inlinable public init() {}

    @inlinable
    public init(arrayLiteral names: FieldName...) {
        for name in names { insert(name) }
    }

    @inlinable
    @inline(__always)
    public func contains(_ name: FieldName) -> Bool { bits & (1 << UInt64(name.rawValue)) != 0 }

    @inlinable
    @inline(__always)
    public mutating func insert(_ name: FieldName) { bits |= 1 << UInt64(name.rawValue) }

    @inlinable
    public func union(_ other: FieldNameSet) -> FieldNameSet {
        var all = self
        all.bits |= other.bits
        return all
    }

    /// What ends at this hop, in either direction (RFC 9110 §7.6.1).
    public static let hopByHop: FieldNameSet = [
        .connection, .keepAlive, .proxyConnection, .te, .transferEncoding, .upgrade,
        .http2Settings, .proxyAuthorization, .proxyAuthenticate, .proxyAuthenticationInfo, .alias,
    ]

    /// What never passes in a request as the client wrote it.
    public static let removedFromRequests = hopByHop.union([
        .host, .contentLength, .expect, .maxForwards, .forwarded, .forwardedFor, .forwardedProto,
        .forwardedOther, .realIP, .requestID, .traceparent, .tracestate, .clientCert,
        .clientCertChain,
    ])

    /// What never passes in an answer as the upstream wrote it.
    public static let removedFromAnswers = hopByHop.union([.contentLength, .requestID])
}
