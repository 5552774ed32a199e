import Glibc
import Rules
import Vocabulary

/// `gatehouse explain`: what a code means, or what becomes of the requests in a capture.
enum Explain {
    static let usage = """
        usage: gatehouse explain [CODE]
               gatehouse explain CAPTURE [-c FILE] [OPTIONS]

        Prints what a code of `gatehouse check`, such as E0302, means and why it matters, with rules
        that bring it about and rules that do not. Without CODE it lists all codes.

        CAPTURE is a file: a HAR, or cURL commands as a browser copies them. For each request in it,
        every stage says what it found and where the rules say so, and at the end stands the verdict.
        Nothing is sent: tokens are not verified, and no limit has been used before.

          -c FILE           the entry file (default: $GATEHOUSE_CONFIG, else conf/dev.gate)
          --now DATE        the day on which it happens (default: today)
          --format FORMAT   text (default) or json

        Exit codes: 0 fine, 2 there is no such code, or a file cannot be read.

        """

    struct Options {
        var file: String?
        var now = Int64(time(nil))
        var isJSON = false
    }

    static func main(_ words: [String]) throws(UsageError) {
        var options = Options()
        var subject: String?
        var arguments = Arguments(words)
        while let word = arguments.next() {
            switch word {
            case "--help", "-h": return Terminal.print(usage)
            case "-c": options.file = try arguments.value("conf/production.gate")
            case "--now": options.now = try arguments.day()
            case "--format": options.isJSON = try arguments.isJSON()
            default:
                guard !word.hasPrefix("-") else {
                    let flags = ExplainCapture.flags
                    throw UsageError(unknown: word, of: "gatehouse explain", among: flags)
                }
                guard subject == nil else {
                    throw UsageError(
                        "one code or capture at a time",
                        help: "the first is `\(subject ?? "")`"
                    )
                }
                subject = word
            }
        }
        guard let subject else { return listCodes() }
        if let explanation = Explanation(code: subject) {
            return Terminal.print(explanation.plain())
        }
        guard subject.contains("/") || subject.contains(".") else { throw unknown(subject) }
        ExplainCapture.main(subject, options)
    }

    private static func listCodes() {
        for id in DiagnosticID.allCases {
            Terminal.print("\(id.rawValue)  \(Explanation(id).heading)\n")
        }
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
