import Glibc
import Transport
import Vocabulary

/// `gatehouse echo`: a small upstream to try a gateway with.
enum Echo {
    static let usage = """
        usage: gatehouse echo [--listen ADDRESS]

        Answers HTTP/1.1 requests by describing them, on 127.0.0.1:9000 unless told otherwise.
        A POST gets its own body back. Some paths do more:

          /bytes/N        N bytes of body          /delay/MS      answer after MS milliseconds
          /chunked/N      the same, chunked        /early-hints   a 103 first
          /status/NNN     that status              /trailers      chunked, with a trailer
          /ws             101 to an Upgrade, then every byte back as it comes

        """

    static func main(_ words: [String]) throws(UsageError) {
        var arguments = Arguments(words)
        var address = SocketAddress("127.0.0.1:9000")
        while let flag = arguments.next() {
            switch flag {
            case "--help", "-h": return Terminal.print(usage)
            case "--listen": address = try arguments.address()
            default:
                throw UsageError(unknown: flag, of: "gatehouse echo", among: ["--listen"])
            }
        }
        guard let address else { return }
        Signals.hold()
        do throws(ListenFailure) {
            let bound = try BoundAddress.bind(address, workers: 1)
            start(bound)
            Terminal.note("gatehouse echo: listening on \(bound.address)")
            while let signal = Signals.next(), signal == SIGHUP {}
            bound.unbind()
        } catch {
            Terminal.fail("gatehouse echo: \(error.message)\n", code: 2)
        }
    }

    private static func start(_ bound: BoundAddress) {
        do throws(TransportError) {
            let server = try EchoServer()
            try server.start(accepting: bound.descriptors[0])
        } catch {
            Terminal.fail(
                "gatehouse echo: the system has no descriptors or threads left\n",
                code: 2
            )
        }
    }
}
