import Rules
import TestSupport
import Testing

/// What is read from a HAR or from cURL commands, and what is refused.
struct CaptureTests {
    private func read(_ text: String) throws(CaptureFault) -> [CapturedRequest] {
        try Capture.read(Array(text.utf8)).requests
    }

    private func one(_ text: String) throws -> CapturedRequest {
        let requests = try read(text)
        return try #require(requests.count == 1 ? requests.first : nil)
    }

    private func fault(_ text: String) -> String {
        do throws(CaptureFault) {
            return "\(try read(text).count) requests"
        } catch { return error.words }
    }

    private func body(_ request: CapturedRequest) -> String {
        String(decoding: request.body ?? [], as: UTF8.self)
    }

    private func value(_ name: String, _ request: CapturedRequest) -> String? {
        request.headers.first { $0.name.lowercased() == name }?.value
    }

    // MARK: cURL

    @Test func `a command as Chrome copies it is the request that was sent`() throws {
        let request = try one(
            #"""
            curl 'https://api.example.com/v1/login?next=%2F' \
              -H 'accept: application/json' \
              -H 'content-type: application/json' \
              -b 'session=aaaa; theme=dark' \
              --data-raw $'{"name":"O\'Brien","note":"caf\u00e9\n"}' \
              --compressed
            """#
        )

        #expect(request.method == "POST")
        #expect(request.url == "https://api.example.com/v1/login?next=%2F")
        #expect(value("accept", request) == "application/json")
        #expect(value("cookie", request) == "session=aaaa; theme=dark")
        #expect(value("content-type", request) == "application/json")
        #expect(body(request) == "{\"name\":\"O'Brien\",\"note\":\"café\n\"}")
    }

    @Test func `a method is what is said, or follows from what is sent`() throws {
        #expect(try one("curl https://a.example/").method == "GET")
        #expect(try one("curl -I https://a.example/").method == "HEAD")
        #expect(try one("curl -d a=b https://a.example/").method == "POST")
        #expect(try one("curl -X PATCH -d a=b https://a.example/").method == "PATCH")
        #expect(try one("curl -XDELETE https://a.example/").method == "DELETE")
        #expect(try one("curl --request PUT https://a.example/").method == "PUT")
    }

    @Test func `data of several options is one body`() throws {
        let form = try one(
            "curl -d a=1 --data-urlencode 'q=x & y' --data-urlencode '=a b' -d c https://a.example/"
        )
        #expect(body(form) == "a=1&q=x%20%26%20y&a%20b&c")
        #expect(value("content-type", form) == "application/x-www-form-urlencoded")

        let json = try one("curl --json '{\"a\":1}' https://a.example/")
        #expect(body(json) == "{\"a\":1}")
        #expect(value("content-type", json) == "application/json")
        #expect(value("accept", json) == "application/json")

        let query = try one("curl -G -d a=1 -d b=2 'https://a.example/?c=3'")
        #expect(query.url == "https://a.example/?c=3&a=1&b=2")
        #expect(query.method == "GET" && query.body == nil)
    }

    @Test func `a form in parts names its boundary`() throws {
        let form = try one(
            "curl -F 'a=1' -F 'b=x;type=text/plain' --form-string 'c=@x' https://a.example/"
        )
        let type = try #require(value("content-type", form))
        let boundary = try #require(type.split(separator: "=").last)

        #expect(type.hasPrefix("multipart/form-data; boundary="))
        #expect(body(form).hasPrefix("--\(boundary)\r\n"))
        #expect(body(form).hasSuffix("--\(boundary)--\r\n"))
        #expect(body(form).contains("name=\"b\"\r\n\r\nx\r\n"))
        #expect(body(form).contains("name=\"c\"\r\n\r\n@x\r\n"))
    }

    @Test func `headers are said, emptied and taken away`() throws {
        let request = try one(
            "curl -u me:pw -A agent -e https://b.example/ -H 'X-Empty;' -H 'X-None:' -H 'a:  b' https://a.example/"
        )
        #expect(value("authorization", request) == "Basic bWU6cHc=")
        #expect(value("user-agent", request) == "agent")
        #expect(value("referer", request) == "https://b.example/")
        #expect(value("x-empty", request)?.isEmpty == true)
        #expect(value("x-none", request) == nil)
        #expect(value("a", request) == "b")
    }

    @Test func `quotes are read as bash reads them`() throws {
        let request = try one(
            #"curl "https://a.example/?a=\"\$\\x" -H 'a: '"'"'b' -d $'\x41\101\u{}' # -d no"#
                .replacing(#"\u{}"#, with: "")
        )
        #expect(request.url == #"https://a.example/?a="$\x"#)
        #expect(value("a", request) == "'b")
        #expect(body(request) == "AA")
    }

    @Test func `each command, and each URL of one, is a request`() throws {
        let requests = try read(
            """
            # the first two
            curl https://a.example/1 ;
            curl 'https://a.example/2' && curl -s https://a.example/3 &
            curl a.example/4 --url https://a.example/5
            """
        )
        #expect(requests.map { $0.url.last } == ["1", "2", "3", "4", "5"])
        #expect(requests[3].url == "http://a.example/4")
    }

    @Test(arguments: [
        ("curl \"https://a.example/?q=$Q\"", "line 1: a shell would put something else here"),
        ("curl https://a.example/$(id)", "line 1: a shell would put something else here"),
        ("curl `id`", "line 1: a shell would put something else here"),
        (
            "curl https://a.example/ | sh",
            "line 1: only plain commands can be replayed: no pipes, redirections or groups"
        ),
        (
            "curl https://a.example/ > /etc/passwd",
            "line 1: only plain commands can be replayed: no pipes, redirections or groups"
        ),
        ("\nwget https://a.example/", "line 2: only `curl` commands can be replayed"),
        (
            "curl -d @/etc/passwd https://a.example/",
            "line 1: it reads a file, and a capture has only what it holds itself"
        ),
        (
            "curl --json @x https://a.example/",
            "line 1: it reads a file, and a capture has only what it holds itself"
        ),
        (
            "curl --data-urlencode a@x https://a.example/",
            "line 1: it reads a file, and a capture has only what it holds itself"
        ),
        (
            "curl -F a=@x https://a.example/",
            "line 1: it reads a file, and a capture has only what it holds itself"
        ),
        (
            "curl -b jar.txt https://a.example/",
            "line 1: it reads a file, and a capture has only what it holds itself"
        ),
        (
            "curl -H @x https://a.example/",
            "line 1: it reads a file, and a capture has only what it holds itself"
        ),
        ("curl -K x https://a.example/", "line 1: `-K` is an option that cannot be replayed"),
        (
            "curl --upload-file x https://a.example/",
            "line 1: `--upload-file` is an option that cannot be replayed"
        ),
        ("curl 'https://a.example/", "line 1: a quote is never closed"),
        ("curl -d", "line 1: the last option lacks its value"),
        ("curl -s", "line 1: this command names no URL"),
        ("# nothing", "there is no request in it"), ("", "there is no request in it"),
        ("{\"log\": {\"entries\": []}}", "there is no request in it"),
        ("{}", "it has no `log.entries`, so it is no HAR"),
    ])
    func `what only a shell or a file could know is refused`(text: String, why: String) {
        #expect(fault(text) == why)
    }

    // MARK: HAR

    private func har(_ request: String) -> String {
        "{ \"log\": { \"version\": \"1.2\", \"entries\": [ { \"request\": \(request) } ] } }"
    }

    @Test func `an entry is its request, framed anew`() throws {
        let request = try one(
            har(
                """
                { "method": "POST", "url": "https://a.example/x", "headers": [
                  { "name": ":method", "value": "POST" }, { "name": "Host", "value": "b.example" },
                  { "name": "Content-Length", "value": "999" }, { "name": "X-A", "value": "b" }
                ], "postData": { "mimeType": "application/json", "text": "{}" } }
                """
            )
        )
        #expect(request.headers.map(\.name) == ["X-A", "content-type"])
        #expect(body(request) == "{}")
    }

    @Test func `a form that is given by its fields is written out`() throws {
        let form = try one(
            har(
                """
                { "method": "POST", "url": "https://a.example/x", "postData": { "mimeType":
                "application/x-www-form-urlencoded", "params": [ { "name": "a b", "value": "c&d" }, { "name": "e" } ] } }
                """
            )
        )
        #expect(body(form) == "a%20b=c%26d&e=")
        let parts = try one(
            har(
                """
                { "method": "POST", "url": "https://a.example/x", "postData": { "mimeType":
                "multipart/form-data; boundary=z", "params": [ { "name": "a", "value": "b" } ] } }
                """
            )
        )
        #expect(body(parts).contains("name=\"a\"\r\n\r\nb\r\n"))
        #expect(value("content-type", parts)?.hasSuffix("boundary=z") == false)
    }

    @Test func `a body in base64 is what it stands for`() throws {
        let request = try one(
            har(
                """
                { "method": "POST", "url": "https://a.example/x", "postData":
                { "mimeType": "text/plain", "text": "aGkh", "encoding": "base64" } }
                """
            )
        )
        #expect(body(request) == "hi!")
    }

    @Test func `what is no HAR says where it stops being one`() {
        #expect(fault("{ \"log\": {\n\"entries\": [ }") != "1 requests")
        #expect(fault("{ \"log\": {\n\"entries\": [ }").hasPrefix("line 2: "))
        #expect(
            fault(har("{ \"method\": \"GET\" }"))
                == "entry 1 has no request with a method and a url"
        )
    }

    // MARK: Bounds

    @Test func `a capture has its bounds`() {
        let many = String(
            repeating: "curl https://a.example/\n",
            count: CaptureBounds.requestMax + 1
        )
        #expect(fault(many).contains("more than 1000"))
        let words = "curl " + String(repeating: "a ", count: CaptureBounds.wordMax)
        #expect(fault(words).contains("too many words"))
        let entry = "{ \"request\": { \"method\": \"GET\", \"url\": \"https://a.example/\" } },"
        let entries = String(repeating: entry, count: CaptureBounds.requestMax + 1).dropLast()
        #expect(fault("{ \"log\": { \"entries\": [\(entries)] } }").contains("more than 1000"))
        #expect(
            fault(String(repeating: " ", count: CaptureBounds.fileByteMax + 1)).contains("larger")
        )
        #expect(fault("{\"log\":" + String(repeating: "[", count: 100_000)) != "1 requests")
    }

    @Test func `no text makes it stumble`() {
        var random = SeededRandom(23)
        let pieces = [
            "curl ", "'", "\"", "\\", "$'", "-H ", "-d ", "\n", "\\u", "\\x", "{", "}", "\"log\":",
            "[", "]",
            "https://a.example/", "é", "\u{0}", "--data-urlencode ", "=", "@", "#", ";",
            "\"entries\":", ":", ",",
        ]
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<random.below(24) { text += random.pick(pieces) }
            var bytes = Array(text.utf8)
            if random.once(in: 3) { bytes.append(UInt8(random.below(256))) }
            let requests = (try? Capture.read(bytes).requests.count) ?? 0
            #expect(requests <= CaptureBounds.requestMax, "seed \(random.seed)")
        }
    }
}
