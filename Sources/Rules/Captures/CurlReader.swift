/// Reads cURL commands as browsers copy them: what would be sent, for each.
///
/// Options that change only how curl goes about it are passed over. Those that read files, and those
/// nobody here knows, are faults: a request that is only nearly the right one proves nothing.
struct CurlReader {
    private var words: ArraySlice<String>
    private let line: Int
    private var method: String?
    private var urls: [String] = []
    private var headers: [CapturedRequest.Header] = []
    /// Headers that `-H "name:"` takes away.
    private var removed: Set<String> = []
    private var data: String?
    private var isJSON = false
    private var form: MultipartText?
    private var putsDataInQuery = false
    private var asksHead = false

    static func read(_ bytes: [UInt8]) throws(CaptureFault) -> Capture {
        var requests: [CapturedRequest] = []
        for command in try ShellWords.commands(in: bytes) {
            guard command.words[0] == "curl" else {
                throw CaptureFault("only `curl` commands can be replayed", line: command.line)
            }
            var reader = CurlReader(words: command.words.dropFirst(), line: command.line)
            requests += try reader.read()
            guard requests.count <= CaptureBounds.requestMax else {
                throw CaptureFault("it has more than \(CaptureBounds.requestMax) requests")
            }
        }
        return Capture(requests)
    }

    private init(words: ArraySlice<String>, line: Int) {
        self.words = words
        self.line = line
    }

    private mutating func read() throws(CaptureFault) -> [CapturedRequest] {
        var isPlain = false
        while let word = words.popFirst() {
            if isPlain || word == "-" || !word.hasPrefix("-") {
                urls.append(word)
            } else if word == "--" {
                isPlain = true
            } else if word.hasPrefix("--") {
                try readLong(String(word.dropFirst(2)))
            } else {
                try readShort(word.dropFirst())
            }
        }
        guard !urls.isEmpty else { throw fault("this command names no URL") }
        return urls.map(request)
    }

    // MARK: Options

    private mutating func readLong(_ name: String) throws(CaptureFault) {
        if Self.quietFlags.contains(name) || name.hasPrefix("no-") { return }
        if Self.quietValues.contains(name) {
            _ = try value(of: name)
            return
        }
        if let letter = Self.shortNames[name] { return try apply(letter, try value(of: name)) }
        switch name {
        case "get": putsDataInQuery = true
        case "head": asksHead = true
        case "url": urls.append(try value(of: name))
        case "data-raw": join(try value(of: name))
        case "data-ascii", "data-binary": try readData(try value(of: name))
        case "data-urlencode": try readEncoded(try value(of: name))
        case "json":
            isJSON = true
            let text = try value(of: name)
            guard !text.hasPrefix("@") else { throw readsFile }
            data = (data ?? "") + text
        case "form-string": try readForm(try value(of: name), isPlain: true)
        case "oauth2-bearer":
            headers.append(.init("Authorization", "Bearer \(try value(of: name))"))
        default: throw fault("`--\(name)` is an option that cannot be replayed")
        }
    }

    /// `-sSL`, `-XPOST`, `-d 'a=b'`.
    private mutating func readShort(_ letters: Substring) throws(CaptureFault) {
        var rest = letters
        while let letter = rest.popFirst() {
            switch letter {
            case "G": putsDataInQuery = true
            case "I": asksHead = true
            case _ where Self.quietLetters.contains(letter): continue
            case _ where Self.quietValueLetters.contains(letter):
                if rest.isEmpty { _ = try value(of: String(letter)) }
                return
            default:
                let text = rest.isEmpty ? try value(of: String(letter)) : String(rest)
                return try apply(letter, text)
            }
        }
    }

    private mutating func apply(_ letter: Character, _ text: String) throws(CaptureFault) {
        switch letter {
        case "X": method = text
        case "H": try readHeader(text)
        case "d": try readData(text)
        case "F": try readForm(text, isPlain: false)
        case "A": headers.append(.init("User-Agent", text))
        case "e": headers.append(.init("Referer", text))
        case "r": headers.append(.init("Range", "bytes=" + text))
        case "u":
            headers.append(.init("Authorization", "Basic " + Base64.text(of: Array(text.utf8))))
        case "b":
            // Without a sign it is a file of cookies.
            guard text.contains("=") else { throw readsFile }
            headers.append(.init("Cookie", text))
        default: throw fault("`-\(letter)` is an option that cannot be replayed")
        }
    }

    private mutating func readHeader(_ text: String) throws(CaptureFault) {
        guard !text.hasPrefix("@") else { throw readsFile }
        guard let colon = text.firstIndex(of: ":") else {
            // `Name;` is a header without a value.
            guard text.hasSuffix(";") else { throw fault("a header has no colon") }
            headers.append(.init(String(text.dropLast()), ""))
            return
        }
        let name = String(text[..<colon])
        let value = String(text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
        if value.isEmpty {
            removed.insert(name.lowercased())
        } else {
            headers.append(.init(name, value))
        }
    }

    private mutating func readData(_ text: String) throws(CaptureFault) {
        guard !text.hasPrefix("@") else { throw readsFile }
        join(text)
    }

    private mutating func join(_ text: String) { data = data.map { $0 + "&" + text } ?? text }

    /// `content`, `=content` or `name=content`, of which only the content is encoded.
    private mutating func readEncoded(_ text: String) throws(CaptureFault) {
        guard let sign = text.firstIndex(where: { $0 == "=" || $0 == "@" }) else {
            return join(FormText.encoded(text))
        }
        guard text[sign] == "=" else { throw readsFile }
        let content = FormText.encoded(String(text[text.index(after: sign)...]))
        join(sign == text.startIndex ? content : text[...sign] + content)
    }

    private mutating func readForm(_ text: String, isPlain: Bool) throws(CaptureFault) {
        guard let sign = text.firstIndex(of: "=") else {
            throw fault("a part of the form has no name")
        }
        var value = String(text[text.index(after: sign)...])
        if !isPlain {
            guard !value.hasPrefix("@"), !value.hasPrefix("<") else { throw readsFile }
            if let type = value.firstRange(of: ";type=") {
                value = String(value[..<type.lowerBound])
            }
        }
        form = form ?? MultipartText()
        form?.add(String(text[..<sign]), value)
    }

    private mutating func value(of name: String) throws(CaptureFault) -> String {
        guard let word = words.popFirst() else { throw fault("the last option lacks its value") }
        return word
    }

    // MARK: The request

    private func request(_ url: String) -> CapturedRequest {
        var request = CapturedRequest(
            method: method ?? (asksHead ? "HEAD" : "GET"),
            url: url.contains("://") ? url : "http://" + url
        )
        request.headers = headers
        if putsDataInQuery, let data {
            request.url += (request.url.contains("?") ? "&" : "?") + data
        } else if let form {
            addBody(form.bytes, form.type, to: &request)
        } else if let data {
            addBody(Array(data.utf8), isJSON ? "application/json" : FormText.type, to: &request)
            if isJSON, !request.has("accept"), !removed.contains("accept") {
                request.headers.append(.init("Accept", "application/json"))
            }
        }
        return request
    }

    private func addBody(_ body: [UInt8], _ type: String, to request: inout CapturedRequest) {
        request.body = body
        if method == nil { request.method = "POST" }
        guard !removed.contains("content-type"), !request.has("content-type") else { return }
        request.headers.append(.init("Content-Type", type))
    }

    private func fault(_ message: String) -> CaptureFault { CaptureFault(message, line: line) }

    private var readsFile: CaptureFault {
        fault("it reads a file, and a capture has only what it holds itself")
    }
}

/// What curl's options are called, as far as they can be met in a copied command.
extension CurlReader {
    private static let shortNames: [String: Character] = [
        "request": "X", "header": "H", "data": "d", "form": "F", "user-agent": "A", "referer": "e",
        "range": "r", "user": "u", "cookie": "b",
    ]

    private static let quietFlags: Set<String> = [
        "compressed", "insecure", "silent", "show-error", "location", "verbose", "include", "fail",
        "fail-with-body", "globoff", "http1.0", "http1.1", "http2", "http2-prior-knowledge",
        "http3",
        "ipv4", "ipv6", "tlsv1.2", "tlsv1.3", "progress-bar", "path-as-is", "tcp-nodelay",
        "anyauth",
        "basic", "raw", "remote-name",
    ]

    private static let quietValues: Set<String> = [
        "output", "max-time", "connect-timeout", "proxy", "cacert", "capath", "cert", "key",
        "write-out", "resolve", "connect-to", "retry", "retry-delay", "max-redirs", "limit-rate",
        "cookie-jar", "dump-header", "interface", "ciphers", "tls-max", "cert-type", "key-type",
        "keepalive-time", "noproxy",
    ]

    private static let quietLetters: Set<Character> = [
        "k", "s", "S", "L", "v", "i", "f", "g", "N", "0", "2", "4", "6", "#", "O", "q", "J", "n",
    ]

    private static let quietValueLetters: Set<Character> = ["o", "m", "x", "E", "w", "c", "D", "y"]
}
