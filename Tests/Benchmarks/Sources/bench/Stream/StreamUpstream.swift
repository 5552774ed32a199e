import Foundation
import Glibc

/// The upstream of the streaming claim: a source and a sink of large bodies.
///
/// One thread a connection, for a proxy may open a new one while it keeps another.
struct StreamUpstream: Sendable {
    let port: UInt16
    private let listener: Int32
    private let pattern: Pattern

    init(_ pattern: Pattern) throws(Trouble) {
        listener = try Loopback.listen()
        port = Loopback.port(of: listener)
        self.pattern = pattern
    }

    func start() {
        Thread.detachNewThread {
            while true {
                let fd = accept(listener, nil, nil)
                guard fd >= 0 else { continue }
                Thread.detachNewThread { serve(Wire(fd: fd)) }
            }
        }
    }

    private func serve(_ wire: Wire) {
        do throws(Trouble) {
            while let head = try wire.readHead() {
                guard let passage = Passage(target: head.secondWord) else {
                    throw Trouble("the upstream was asked for \(head.secondWord)")
                }
                switch passage.direction {
                case .download:
                    try wire.send("HTTP/1.1 200 OK\r\n\(passage.framingField)\r\n\r\n")
                    try passage.send(pattern, over: wire)
                case .upload:
                    try passage.receive(head.framing, pattern, over: wire)
                    try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                }
            }
        } catch {
            // The connection ends here, and the client's side of the passage fails by it.
            note("upstream: \(error.sentence)")
        }
    }
}
