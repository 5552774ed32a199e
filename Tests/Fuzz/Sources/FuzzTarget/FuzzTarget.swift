import Fuzzer
import Oracles

/// Targets: one canonical path, or none.
@main
enum FuzzTarget {
    static func main() { fuzz(Oracle.target) }
}
