import Inspection

/// Signatures and calls that many tests share.
enum Example {
    static func signature(
        _ id: String = "TEST_001",
        looks: [Look] = [Look(place: .query)],
        steps: [Step] = [],
        matches: [String] = [],
        contains: [String] = [],
        catches: [String] = [],
        spares: [String] = []
    ) -> Signature {
        Signature(
            id: id,
            attackClass: "test",
            points: 5,
            looks: looks,
            steps: steps,
            matches: matches,
            contains: contains,
            catches: catches,
            spares: spares
        )
    }

    private static func looks(_ places: Place...) -> [Look] { places.map { Look(place: $0) } }

    /// Five signatures as a policy has them, with their examples.
    static let five = [
        signature(
            "WAF_SQLI_001",
            looks: looks(.query, .form, .json, .cookie, .path),
            steps: [.decodeURL, .lowercase, .joinSpaces],
            matches: [#"union (all )?select\b|;\s*(drop|alter|truncate|delete|insert) "#],
            catches: ["1' UNION  SELECT name, pass FROM users --", "x'; DROP TABLE students; --"],
            spares: ["the student union selected a new drop-off point"]
        ),
        signature(
            "WAF_SQLI_002",
            looks: looks(.query, .form, .json, .cookie),
            steps: [.decodeURL, .lowercase, .joinSpaces],
            matches: [#"['\x22]\s*(or|and)\s+['\x22]?\w+['\x22]?\s*(=|like)\s*['\x22]?\w+"#],
            catches: ["' or '1'='1", "admin' OR 1=1"],
            spares: ["rock 'n' roll or blues"]
        ),
        signature(
            "WAF_SQLI_003",
            looks: looks(.query, .form, .json),
            steps: [.decodeURL, .lowercase, .joinSpaces],
            matches: [#"'.*\b(select|where|having|order by)\b"#],
            catches: ["O'Brien select"],
            spares: ["select a date"]
        ),
        signature(
            "WAF_XSS_001",
            looks: looks(.query, .form, .json, .path),
            steps: [.decodeURL, .decodeHTML, .lowercase],
            matches: [#"<script\b|\bon(error|load|click|mouseover)\s*="#],
            catches: ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>"],
            spares: ["press the onload button"]
        ),
        signature(
            "WAF_SCAN_001",
            looks: [Look(place: .header, field: "user-agent")],
            steps: [.lowercase],
            contains: ["sqlmap", "nikto", "nuclei", "acunetix"],
            catches: ["sqlmap/1.8"],
            spares: ["Mozilla/5.0 (X11; Linux x86_64)"]
        ),
    ]

    /// Findings as `id place field`, in their order.
    static func findings(_ inspector: borrowing Inspector, of set: SignatureSet) -> [String] {
        var lines: [String] = []
        for index in 0..<inspector.findingCount {
            let finding = inspector.finding(index)
            let name = text(inspector.name(of: index))
            lines.append("\(set.signatures[finding.signature].id) \(finding.place.name) \(name)")
        }
        return lines
    }

    static func text(_ span: RawSpan) -> String {
        unsafe span.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    static func bytes(_ span: RawSpan) -> [UInt8] {
        unsafe span.withUnsafeBytes { unsafe Array($0) }
    }
}
