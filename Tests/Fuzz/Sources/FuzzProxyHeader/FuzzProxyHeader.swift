import Fuzzer
import Oracles

/// PROXY headers: whole or not, they say the same whatever follows them.
@main
enum FuzzProxyHeader {
    static func main() { fuzz(Oracle.proxyHeader) }
}
