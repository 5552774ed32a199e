import Fuzzer
import Oracles

/// Chunked bodies: the decoder agrees with the slow one.
@main
enum FuzzChunked {
    static func main() { fuzz(Oracle.chunked) }
}
