import Testing
import Vocabulary

@testable import Transport

struct ServerPlaceTests {
    @Test(arguments: [
        ("127.0.0.1:80", ServerPlace.address(.tcp(IPAddress(v4: 0x7f00_0001), port: 80))),
        ("unix:/run/a.sock", .address(.unix(path: "/run/a.sock"))),
        ("App.Example:9000", .name("app.example", port: 9000)), ("app:1", .name("app", port: 1)),
        ("my_app.1a:80", .name("my_app.1a", port: 80)),
    ])
    func `an address or a name with a port is a place`(_ text: String, _ place: ServerPlace) {
        #expect(ServerPlace(text) == place)
    }

    @Test(arguments: [
        "", "app", ":80", "app:", "app:+80", "app:-0", "app:65536", "app:8x", "10.0.0.300:80",
        "1:80", "a..b:80", ".a:80", "a.:80", "a b:80", "a/b:80", "[::1:80", "unix:rel",
        String(repeating: "a", count: 64) + ":80",
        String(repeating: "a.", count: 127) + "ab:80",
    ])
    func `anything else is none`(_ text: String) {
        #expect(ServerPlace(text) == nil)
    }
}
