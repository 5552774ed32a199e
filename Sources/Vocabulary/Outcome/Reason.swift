/// Why the gateway answered a request itself: the whole catalogue of its errors.
///
/// The code is what clients and operators search for, so it never changes its meaning. Each has a row
/// in `docs/errors.md`, and a test that provokes it.
public enum Reason: String, Sendable, CaseIterable {
    // What the client sent.
    case badRequestLine = "bad_request_line"
    case badTarget = "bad_target"
    case unsafePath = "unsafe_path"
    case badHost = "bad_host"
    case badField = "bad_field"
    case ambiguousFraming = "ambiguous_framing"
    case badContentLength = "bad_content_length"
    case badChunk = "bad_chunk"
    case badUpgrade = "bad_upgrade"
    case badMaxForwards = "bad_max_forwards"
    case requestCut = "request_cut"
    case requestTimeout = "request_timeout"
    case bodyTooLarge = "body_too_large"
    case targetTooLong = "target_too_long"
    case expectationFailed = "expectation_failed"
    case misdirected = "misdirected"
    case upgradeRequired = "upgrade_required"
    case headTooLarge = "head_too_large"
    case methodNotImplemented = "method_not_implemented"
    case codingNotImplemented = "coding_not_implemented"
    case versionUnsupported = "version_unsupported"

    // What the policy says.
    case unknownHost = "unknown_host"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case originRefused = "origin_refused"
    case notInvited = "not_invited"
    case maintenance = "maintenance"
    case blocked = "blocked"
    case limitSpent = "limit_spent"
    case limitUnavailable = "limit_unavailable"
    case tokenMissing = "token_missing"
    case tokenInvalid = "token_invalid"
    case roleMissing = "role_missing"
    case notAdmitted = "not_admitted"
    case bodyTypeRefused = "body_type_refused"
    case bodyUnreadable = "body_unreadable"

    // What the upstream did.
    case upstreamUnreachable = "upstream_unreachable"
    case upstreamUntrusted = "upstream_untrusted"
    case upstreamBadAnswer = "upstream_bad_answer"
    case upstreamCut = "upstream_cut"
    case unaskedUpgrade = "unasked_upgrade"
    case upstreamConnectTimeout = "upstream_connect_timeout"
    case upstreamTimeout = "upstream_timeout"

    // What we could not do.
    case overloaded = "overloaded"
    case upstreamDown = "upstream_down"
    case breakerOpen = "breaker_open"
    case upstreamBusy = "upstream_busy"

    public var status: Int {
        switch self {
        case .badRequestLine, .badTarget, .unsafePath, .badHost, .badField, .ambiguousFraming,
            .badContentLength, .badChunk, .badUpgrade, .badMaxForwards, .requestCut,
            .bodyUnreadable:
            400
        case .tokenMissing, .tokenInvalid: 401
        case .originRefused, .notInvited, .blocked, .roleMissing, .notAdmitted: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .bodyTypeRefused: 415
        case .expectationFailed: 417
        case .misdirected, .unknownHost: 421
        case .upgradeRequired: 426
        case .limitSpent: 429
        case .headTooLarge: 431
        case .methodNotImplemented, .codingNotImplemented: 501
        case .upstreamUnreachable, .upstreamUntrusted, .upstreamBadAnswer, .upstreamCut,
            .unaskedUpgrade:
            502
        case .overloaded, .upstreamDown, .breakerOpen, .upstreamBusy, .maintenance,
            .limitUnavailable:
            503
        case .upstreamConnectTimeout, .upstreamTimeout: 504
        case .versionUnsupported: 505
        }
    }

    /// One sentence for whoever sent the request.
    ///
    /// It names nothing of ours that could be attacked.
    public var detail: StaticString {
        switch self {
        case .badRequestLine: "The request line is not METHOD, target and HTTP version."
        case .badTarget: "The request target is not one this server can read."
        case .unsafePath: "The path holds a sequence that two servers could read differently."
        case .badHost: "The Host field is missing, repeated, malformed or contradicted."
        case .badField: "A header field is malformed."
        case .ambiguousFraming: "Where the request ends is said in two ways."
        case .badContentLength: "Content-Length is not one plain number."
        case .badChunk: "The chunked body is malformed."
        case .badUpgrade: "The WebSocket handshake is malformed."
        case .badMaxForwards: "Max-Forwards is not a plain number."
        case .requestCut: "The connection ended before the request did."
        case .requestTimeout: "The request took too long to arrive."
        case .bodyTooLarge: "The request body is larger than this server takes."
        case .targetTooLong: "The request target is longer than this server takes."
        case .expectationFailed: "The only expectation this server knows is 100-continue."
        case .misdirected: "This connection does not serve that scheme or host."
        case .upgradeRequired: "WebSocket needs version 13 here."
        case .headTooLarge: "The header fields are larger than this server takes."
        case .methodNotImplemented: "This method is not implemented here."
        case .codingNotImplemented: "The only transfer coding this server knows is chunked."
        case .versionUnsupported: "Only HTTP/1.0 and HTTP/1.1 are spoken here."
        case .unknownHost: "No site of this name is served here."
        case .notFound: "There is nothing here."
        case .methodNotAllowed: "This is not something that can be done here."
        case .originRefused: "Pages of that origin may not ask this."
        case .notInvited: "This site is open to those who are invited."
        case .maintenance: "This site is being worked on; try again soon."
        case .blocked: "This request is not allowed."
        case .limitSpent: "There were too many requests; try again when told."
        case .limitUnavailable: "Requests cannot be counted now; try again soon."
        case .tokenMissing: "This needs somebody who is signed in."
        case .tokenInvalid: "The credentials are not valid, or no longer."
        case .roleMissing: "This needs a role that the caller does not have."
        case .notAdmitted: "The caller may not come in here."
        case .bodyTypeRefused: "A body of this type is not taken here."
        case .bodyUnreadable: "The request body cannot be read without doubt."
        case .upstreamUnreachable: "The server behind this one cannot be reached."
        case .upstreamUntrusted: "The server behind this one could not prove who it is."
        case .upstreamBadAnswer: "The server behind this one sent an answer that cannot be read."
        case .upstreamCut: "The server behind this one ended its answer too early."
        case .unaskedUpgrade: "The server behind this one switched protocols unasked."
        case .upstreamConnectTimeout:
            "The server behind this one did not take a connection in time."
        case .upstreamTimeout: "The server behind this one did not answer in time."
        case .upstreamDown: "No server behind this one is up; try again soon."
        case .breakerOpen:
            "Too many requests to the server behind this one fail; try again when told."
        case .upstreamBusy: "The server behind this one has no room left; try again soon."
        case .overloaded: "There is more to do than this server can; try again soon."
        }
    }

    /// Whether the connection cannot carry another request after this one.
    ///
    /// True wherever the end of the request is unknown: reading on would mean guessing.
    public var endsConnection: Bool {
        switch self {
        case .unknownHost, .notFound, .methodNotAllowed, .originRefused, .notInvited, .maintenance,
            .blocked, .limitSpent, .limitUnavailable, .tokenMissing, .tokenInvalid, .roleMissing,
            .notAdmitted, .bodyTypeRefused, .bodyUnreadable:
            false
        case .badMaxForwards, .upgradeRequired, .badUpgrade, .misdirected, .upstreamUnreachable,
            .upstreamUntrusted, .upstreamBadAnswer, .upstreamCut, .unaskedUpgrade,
            .upstreamConnectTimeout,
            .upstreamTimeout, .overloaded, .upstreamDown, .breakerOpen, .upstreamBusy:
            false
        default: true
        }
    }
}
