/// The catalogue of the gateway's own answers, as it is promised to clients.
enum WireCodes {
    static let all: [(code: String, status: Int)] = [
        ("bad_request_line", 400), ("bad_target", 400), ("unsafe_path", 400), ("bad_host", 400),
        ("bad_field", 400), ("ambiguous_framing", 400), ("bad_content_length", 400),
        ("bad_chunk", 400), ("bad_upgrade", 400), ("bad_max_forwards", 400), ("request_cut", 400),
        ("origin_refused", 403), ("method_not_allowed", 405),
        ("request_timeout", 408), ("body_too_large", 413), ("target_too_long", 414),
        ("expectation_failed", 417), ("misdirected", 421), ("unknown_host", 421),
        ("upgrade_required", 426),
        ("head_too_large", 431), ("method_not_implemented", 501),
        ("coding_not_implemented", 501), ("upstream_unreachable", 502),
        ("upstream_bad_answer", 502), ("upstream_cut", 502), ("unasked_upgrade", 502),
        ("overloaded", 503), ("upstream_connect_timeout", 504),
        ("upstream_timeout", 504), ("version_unsupported", 505),
    ]

    /// What rules refuse: the request may be right, and is not for anybody here.
    static let ofRules: Set<String> = [
        "origin_refused", "method_not_allowed", "unknown_host",
    ]

    /// Codes that no single exchange can bring about; other suites do.
    static let beyondOneExchange: Set<String> = [
        "overloaded"
    ]
}
