import Rules
import Vocabulary

/// `gatehouse fields`: everything a rule can ask about a request.
enum Fields {
    static let usage = """
        usage: gatehouse fields [--format FORMAT]

        Lists every field that a rule can ask about: its type, whether a request may lack it, the stage
        from which on it is known, and who may see it. NAME stands for a name of your own.

          --format FORMAT   text (default) or json

        Exit codes: 0 fine, 2 wrong use.

        """

    private enum Format: String, CaseIterable {
        case text, json
    }

    static func main(_ words: [String]) throws(UsageError) {
        var format = Format.text
        var arguments = Arguments(words)
        while let word = arguments.next() {
            switch word {
            case "--help", "-h": return Terminal.print(usage)
            case "--format":
                let text = try arguments.value("json")
                guard let wanted = Format(rawValue: text) else {
                    let all = Format.allCases.map(\.rawValue)
                    throw UsageError(
                        "there is no format `\(text)`",
                        help: Nearest.hint(to: text, among: all)
                    )
                }
                format = wanted
            default:
                throw UsageError(unknown: word, of: "gatehouse fields", among: ["--format"])
            }
        }
        Terminal.print(format == .text ? FieldReport.table : FieldReport.json.text)
    }
}
