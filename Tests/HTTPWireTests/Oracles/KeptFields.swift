import HTTPWire

/// Which fields go on, told slowly: by their names as texts.
enum KeptFields {
    /// What means something on the way, so that no Connection field can take it away.
    private static let known: Set<String> = hop.union([
        "host", "content-length", "expect", "max-forwards", "forwarded", "x-forwarded-for",
        "x-forwarded-proto", "x-real-ip", "x-request-id", "traceparent", "tracestate", "trailer",
        "accept", "authorization", "cookie", "set-cookie", "content-type", "content-encoding",
        "content-range", "cache-control", "date", "origin", "user-agent", "sec-websocket-key",
        "sec-websocket-version", "sec-websocket-accept", "client-cert", "client-cert-chain",
        "strict-transport-security",
    ])
    private static let hop: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade",
        "http2-settings", "proxy-authorization", "proxy-authenticate", "proxy-authentication-info",
    ]
    private static let vouchedFor: Set<String> = [
        "forwarded", "x-real-ip", "x-request-id", "traceparent", "tracestate", "client-cert",
        "client-cert-chain",
    ]

    /// The field lines of a request that is forwarded.
    static func lines(of facts: RequestFacts, host: String) -> [String] {
        let lost = hop.union(vouchedFor).union(["host", "content-length", "expect"])
        var lines = ["Host: " + host]
        lines += kept(facts.fields) { name in
            lost.contains(name) || name.hasPrefix("x-forwarded-")
                || name == "max-forwards" && facts.forwardsLeft != nil
        }
        switch facts.framing {
        case .none, .untilClose: break
        case .length(let count): lines.append("Content-Length: \(count)")
        case .chunked: lines.append("Transfer-Encoding: chunked")
        }
        if facts.expectsContinue { lines.append("Expect: 100-continue") }
        if let left = facts.forwardsLeft { lines.append("Max-Forwards: \(max(left - 1, 0))") }
        return lines
    }

    /// The field lines of an answer that is forwarded.
    static func lines(of facts: AnswerFacts, toHead: Bool) -> [String] {
        let lost = hop.union(["content-length", "x-request-id"])
        var lines = kept(facts.fields) { lost.contains($0) }
        let length = facts.fields.first { $0.name.lowercased() == "content-length" }
        let framing = toHead ? facts.framingToHead : facts.framing
        if let length, facts.status >= 200, facts.status != 204 {
            lines.append("Content-Length: \(Int(length.value) ?? -1)")
        } else if framing == .chunked {
            lines.append("Transfer-Encoding: chunked")
        }
        return lines
    }

    /// What must not stand in anything that is forwarded.
    static func forbidden(_ lines: [String]) -> String? {
        let ours = hop.subtracting(["transfer-encoding"]).union(vouchedFor)
        let found = lines.first { line in
            let name = StrictMessage.name(line)
            return ours.contains(name) || name.hasPrefix("x-forwarded-") || isAlias(name)
        }
        return found.map { "forwarded \($0)" }
    }

    private static func kept(_ fields: [FieldFacts], but isLost: (String) -> Bool) -> [String] {
        let nominated = fields.filter { $0.name.lowercased() == "connection" }
            .flatMap { $0.value.split(separator: ",") }
            .map { String($0).trimmed.lowercased() }
        return fields.filter { field in
            let name = field.name.lowercased()
            let isImmune = known.contains(name) || name.hasPrefix("x-forwarded-")
            return !isLost(name) && !isAlias(name) && (isImmune || !nominated.contains(name))
        }
        .map { $0.name + ": " + $0.value }
    }

    private static func isAlias(_ name: String) -> Bool {
        let hyphened = String(name.map { $0 == "_" ? "-" : $0 })
        let isKnown = { known.contains($0) || $0.hasPrefix("x-forwarded-") }
        return hyphened != name && isKnown(hyphened) && !isKnown(name)
    }
}
