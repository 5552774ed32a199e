import HTTPWire
import Testing
import Vocabulary

struct WebSocketHandshakeTests {
    private func fault(_ fields: String...) -> WireError? {
        var head = RequestHead()
        var input = ByteBuffer()
        let lines = ["Connection: Upgrade", "Upgrade: websocket"] + fields
        let text = "GET / HTTP/1.1\r\nHost: h\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        do throws(WireError) {
            _ = try readRequest([text.wire], into: &head, leaving: &input)
            try head.checkWebSocket()
            return nil
        } catch {
            return error
        }
    }

    private let version = "Sec-WebSocket-Version: 13"
    private let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="

    @Test func `a handshake is version 13 and a key of sixteen bytes`() {
        #expect(fault(version, key) == nil)
        #expect(fault(version, "Sec-WebSocket-Key: abcdefghijklmnopqrst+/==") == nil)
        #expect(fault(version, "Sec-WebSocket-Key: ABCDEFGHIJKLMNOPQRST09==") == nil)
    }

    @Test(arguments: ["12", "8", "013", "13 ,8", "", "130"])
    func `another version is told which one is spoken`(value: String) {
        #expect(fault("Sec-WebSocket-Version: \(value)", key) == .upgradeRequired)
    }

    @Test func `no version is another version`() {
        #expect(fault(key) == .upgradeRequired)
    }

    @Test(
        arguments: [
            "", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZQaa",
            "dGhlIHNhbXBsZSBub25jZQ=a", "dGhlIHNhbXBsZSBub25jZQa=", "dGhlIHNhbXBsZSBub25jZ-==",
            "dGhlIHNhbXBsZSBub25j===",
            "dGhlIHNhbXBsZSBub25jZ_==", "dGhlIHNh XBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZ\u{e9}==",
        ]
    )
    func `any other key is refused`(value: String) {
        #expect(fault(version, "Sec-WebSocket-Key: \(value)") == .badUpgrade)
    }

    @Test func `a key is sent exactly once`() {
        #expect(fault(version) == .badUpgrade)
        #expect(fault(version, key, key) == .badUpgrade)
    }
}
