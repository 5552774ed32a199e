import Fuzzer
import RulesOracles

/// Requests under a policy that uses all there is: each ends, and always in the same way.
@main
enum FuzzJudgement {
    static func main() {
        guard let oracle = JudgementOracle(WholeLanguage.files) else {
            fatalError("the whole language is no policy")
        }
        fuzz { oracle.complaint(about: $0) }
    }
}
