import Rules
import Testing
import Vocabulary

/// Sentences that say what they seem to say, wherever they stand.
struct SentenceTests {
    private func check(_ text: String) throws -> Checked {
        try Rules.check(entry: "policy.gate", in: TextFiles(["policy.gate": text]), now: 0)
    }

    @Test("`on trial` is a sentence of its own, wherever in its block it stands")
    func onTrial() throws {
        let lines = ["at most 5/m per ip", "on trial", "if redis is down refuse"]
        for shift in 0..<3 {
            let shuffled = (0..<3).map { lines[($0 + shift) % 3] }.joined(separator: "\n  ")
            let checked = try check("limit a {\n  \(shuffled)\n}\n")

            #expect(checked.diagnostics.all.map(\.id) == [], "\(shuffled)")
            #expect(checked.program.everywhere.limits.first?.trial != nil, "\(shuffled)")
        }
    }

    @Test("a percent may have decimals, and only a few")
    func percent() throws {
        let checked = try check(
            "guardrails a {\n  error rate above 0.5% over 5m\n  blocks above 0.125% over 5m\n}\n"
        )

        #expect(checked.diagnostics.all.map(\.id) == [.unexpectedToken])
        #expect(checked.program.guardrails[0].rails.map(\.bound.text) == ["0.5%"])
    }
}
