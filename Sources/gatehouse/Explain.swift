import Rules
import Vocabulary

/// `gatehouse explain`: what a code means, why it matters, and what to write instead.
enum Explain {
    static let usage = """
        usage: gatehouse explain [CODE]

        Prints what a code of `gatehouse check`, such as E0302, means and why it matters, with rules
        that bring it about and rules that do not. Without CODE it lists all codes.

        Exit codes: 0 fine, 2 there is no such code.

        """

    static func main(_ words: [String]) throws(UsageError) {
        if words.contains(where: { $0 == "--help" || $0 == "-h" }) {
            return Terminal.print(usage)
        }
        if let option = words.first(where: { $0.hasPrefix("-") }) {
            throw UsageError(unknown: option, of: "gatehouse explain", among: [])
        }
        guard words.count <= 1 else {
            throw UsageError("one code at a time", help: "`gatehouse explain` lists them all")
        }
        guard let code = words.first else {
            for id in DiagnosticID.allCases {
                Terminal.print("\(id.rawValue)  \(Explanation(id).heading)\n")
            }
            return
        }
        guard let explanation = Explanation(code: code) else { throw unknown(code) }
        Terminal.print(explanation.plain())
    }

    private static func unknown(_ code: String) -> UsageError {
        let codes = DiagnosticID.allCases.map(\.rawValue)
        let nearest = Nearest.to(code.uppercased(), among: codes)
        return UsageError(
            "there is no code `\(code)`",
            help: nearest.map { "did you mean `\($0)`?" } ?? "`gatehouse explain` lists them all"
        )
    }
}
