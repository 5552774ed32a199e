import Fuzzer
import RulesOracles

/// Texts of rules: judged without a trap, printed as the tree that was read.
@main
enum FuzzRules {
    static func main() {
        fuzz { RulesOracle.complaint(about: $0) }
    }
}
