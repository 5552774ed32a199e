import Fuzzer
import Oracles

/// Whole requests: what is forwarded is one message, with the data that came.
@main
enum FuzzFraming {
    static func main() { fuzz(Oracle.framing) }
}
