import Fuzzer
import Oracles

/// Request and answer heads: how they arrive changes nothing, and they are written as they were read.
@main
enum FuzzHead {
    static func main() { fuzz(Oracle.head) }
}
