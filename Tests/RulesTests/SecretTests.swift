import Rules
import TestSupport
import Testing
import Vocabulary

/// Whoever writes a secret into the rules is told so, and nobody who reads the message learns it.
struct SecretTests {
    /// Where rules want a secret from outside, and where people put one by mistake; `•` stands for it.
    private static let places = [
        "store redis at •",
        "store redis at • with timeout 20ms",
        "gateway { listen :443 with certificate • and key file(\"/etc/tls.key\") }",
        "gateway { listen :443 with certificate file(\"/etc/tls.crt\") and key • }",
        "gateway { listen :443 with certificate • and key • }",
        "auth jwt {\n  issuer https://a.test\n  algorithms HS256\n  secret •\n}",
        "access by invitation { signed with • }",
        "upstream api {\n  servers 10.0.1.10:8443\n  tls with ca •\n}",
        "log { keep user.id hashed with • }",
        "audit •",
        "let password be •",
        "list tokens of text { • }",
        "block old when header.x-token is •",
        "site a.test { headers { set x-token • } }",
        "test \"in\" {\n  send GET https://a.test/ { header authorization • }\n  expect forwarded\n}",
        "class odd •",
    ]

    /// What else is wrong in the same line, so that the line is shown for another reason too.
    private static let faults = ["", " wiht", " with timeout 20min", " }", " and or"]

    @Test func `no report holds a secret that was written where one is wanted`() throws {
        var random = SeededRandom(43)
        for _ in 0..<600 {
            let secret = Self.secret(&random)
            let written = Self.written(secret, &random)
            let place = random.pick(Self.places)
            let text = place.replacing("•", with: written) + random.pick(Self.faults) + "\n"
            let compiled = try Rules.compile(
                entry: "main.gate",
                in: TextFiles(["main.gate": text]),
                now: DiagnosticTests.today
            )

            for report in RulesOracle.reports(compiled) {
                #expect(!report.contains(secret), "seed \(random.seed): \(place)\n\(report)")
            }
            #expect(!compiled.diagnostics.all.isEmpty, "\(place)")
        }
    }

    /// As they are made: long, and of letters and digits.
    private static func secret(_ random: inout SeededRandom) -> String {
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return random.text(14, of: letters) + random.text(4, of: "0123456789")
            + random.text(14, of: letters)
    }

    private static func written(_ secret: String, _ random: inout SeededRandom) -> String {
        switch random.below(4) {
        case 0: "\"redis://:\(secret)@10.0.0.9:6379\""
        case 1: "r\"\(secret)\""
        // Somebody forgot to end it.
        case 2: "\"\(secret)"
        default: "\"\(secret)\""
        }
    }
}
