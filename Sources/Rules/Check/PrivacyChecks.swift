import Policy
import Vocabulary

/// No secret and nobody's data in files and logs.
extension Checker {
    mutating func checkPrivacy() {
        for log in program.logs { for field in log.fields { check(field, log.form) } }
        for auth in program.auths { check(auth) }
        for tree in 0..<sources.files.count { checkTexts(of: tree) }
    }

    private mutating func check(_ name: Name, _ form: LogItem.Form) {
        guard let field = Field(name.value) else {
            say(
                Diagnostic(
                    .unknownField,
                    "there is no field `\(name.value)`",
                    at: name.at,
                    Nearest.to(name.value, among: Field.all.map(\.name)).map {
                        "did you mean `\($0)`?"
                    } ?? ""
                )
                .help("`gatehouse fields` lists every field, its type and when it is known")
            )
            return
        }
        switch field.privacy {
        case .open: return
        case .secret:
            say(
                Diagnostic(
                    .secretLogged,
                    "`\(field.name)` is a secret and is never logged",
                    at: name.at,
                    "not even hashed"
                )
            )
        case .personal:
            switch form {
            case .hashed: return
            case .masked where field == .clientAddress: return
            case .masked:
                say(
                    Diagnostic(
                        .personalLogged,
                        "`\(field.name)` cannot be masked",
                        at: name.at,
                        "only an address has a part that says little"
                    )
                    .help(
                        "write `keep \(field.name) hashed with env(\"GATEHOUSE_LOG_KEY\")`, or leave it out"
                    )
                )
            case .plain:
                let masked = field == .clientAddress ? "`keep client.ip masked`, " : ""
                say(
                    Diagnostic(
                        .personalLogged,
                        "`\(field.name)` is personal data",
                        at: name.at,
                        "this would write it to the log as it is"
                    )
                    .help(
                        "write \(masked)`keep \(field.name) hashed with env(\"GATEHOUSE_LOG_KEY\")`, or leave it out"
                    )
                )
            }
        }
    }

    private mutating func check(_ auth: AuthItem) {
        for claim in [auth.user, auth.role] {
            guard let claim, !claim.value.hasPrefix("token.") else { continue }
            say(
                Diagnostic(
                    .wrongType,
                    "`\(claim.value)` is no claim of the token",
                    at: claim.at,
                    "write `token.sub`"
                )
            )
        }
        let known = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "HS256"]
        for name in auth.algorithms where !known.contains(name.value) {
            say(
                Diagnostic(
                    .unknownWord,
                    name.value == "none"
                        ? "a token without a signature proves nothing"
                        : "there is no algorithm `\(name.value)`",
                    at: name.at,
                    Nearest.to(name.value, among: known).map { "did you mean `\($0)`?" } ?? ""
                )
                .help("there are " + known.map { "`\($0)`" }.joined(separator: ", "))
            )
        }
        let shared = auth.algorithms.first { $0.value == "HS256" }
        let signed = auth.algorithms.first { $0.value != "HS256" && known.contains($0.value) }
        if let shared, let signed {
            say(
                Diagnostic(
                    .wrongType,
                    "a shared secret and a public key cannot both sign",
                    at: shared.at,
                    "whoever has the public key could sign with it"
                )
                .related(signed.at, "this one verifies with a public key")
                .help("keep one kind: HS256 alone, or RS, PS, ES and EdDSA")
            )
        }
        guard auth.algorithms.isEmpty else { return }
        say(
            Diagnostic(
                .incompleteStatement,
                "`auth` does not say which algorithms it takes",
                at: auth.at,
                "a token would choose its own"
            )
            .help("add `algorithms RS256 ES256`, as your issuer signs")
        )
    }

    // MARK: What looks like a secret

    /// Texts that look like keys, and URLs with a password in them, wherever they stand.
    private mutating func checkTexts(of file: Int) {
        let source = sources[file]
        for line in 0..<source.lineCount {
            let range = source.range(ofLine: line)
            let text = source.text(range)
            guard text.utf8.count < 4096, let found = SecretShape.find(in: text) else { continue }
            let start = range.lowerBound + found.lowerBound
            let at = SourceRange(file: file, start..<start + found.count)
            guard
                !diagnostics.all.contains(where: {
                    $0.masked.map { $0.start <= at.start && $0.end >= at.end } ?? false
                })
            else { continue }
            say(
                Diagnostic(
                    .looksSecret,
                    "this looks like a secret",
                    at: at,
                    "anyone who can read the file can read this"
                )
                .help(
                    "keep it outside and name it with `env(\"…\")`; if it is none, write it another way"
                )
                .masking(at)
            )
        }
    }
}

/// What secrets look like: passwords in URLs, tokens, and long runs of mixed letters and digits.
enum SecretShape {
    /// Where the first one stands, as offsets into the UTF-8.
    static func find(in line: String) -> Range<Int>? {
        let bytes = Array(line.utf8)
        if let range = password(bytes) { return range }
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, isOfKey(bytes[end]) { end += 1 }
            if end - start >= 24, isDense(bytes[start..<end]) { return start..<end }
            start = max(end, start) + 1
        }
        return nil
    }

    /// Finds `scheme://user:password@host`.
    private static func password(_ bytes: [UInt8]) -> Range<Int>? {
        for index in bytes.indices.dropLast(3)
        where bytes[index] == 0x3a && bytes[index + 1] == 0x2f && bytes[index + 2] == 0x2f {
            let rest = bytes[(index + 3)...].prefix {
                $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x22
            }
            guard let at = rest.firstIndex(of: UInt8(ascii: "@")),
                let colon = rest[..<at].firstIndex(of: UInt8(ascii: ":")), colon + 1 < at
            else { continue }
            return colon + 1..<at
        }
        return nil
    }

    private static func isOfKey(_ byte: UInt8) -> Bool {
        byte.isLower || byte.isUpper || byte.isDigit || "+=".utf8.contains(byte)
    }

    /// Capitals, small letters and digits in turn, as no word has them.
    private static func isDense(_ bytes: ArraySlice<UInt8>) -> Bool {
        let digits = bytes.count(where: \.isDigit)
        let uppers = bytes.count(where: \.isUpper)
        let lowers = bytes.count(where: \.isLower)
        let isHexadecimal =
            bytes.count >= 32 && bytes.allSatisfy { $0.isDigit || 0x61...0x66 ~= $0 } && digits >= 8
        return isHexadecimal || (digits >= 3 && uppers >= 3 && lowers >= 3)
    }
}
