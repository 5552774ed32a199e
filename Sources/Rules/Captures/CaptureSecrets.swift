import JSON
import Vocabulary

/// What a capture must not hold when it lies beside the rules: tokens, cookies, addresses of people.
///
/// It names where something stands, never what it is. A placeholder of the same shape is fine: one letter
/// over and over, or a word that says that something was there.
enum CaptureSecrets {
    /// Something that was left in, by its place in the capture.
    struct Leftover: Equatable, Sendable {
        /// `a token`, `a cookie`, `an address`.
        let kind: String
        /// `request 2, header cookie`.
        let place: String
    }

    static func leftovers(in bytes: [UInt8], read capture: Capture) -> [Leftover] {
        var found: [Leftover] = []
        for (index, request) in capture.requests.enumerated() {
            let place = "request \(index + 1)"
            for header in request.headers {
                let name = header.name.lowercased()
                judge(name, header.value, "\(place), header \(name)", &found)
            }
            judge(text: request.url, "\(place), its url", &found)
            if let body = request.body {
                judge(text: String(decoding: body, as: UTF8.self), "\(place), its body", &found)
            }
        }
        // A HAR keeps more than requests: answers, cookies, and who was talked to.
        if let tree = try? JSONValue.read(bytes) { walk(tree, "", "the capture", &found) }
        var seen: [Leftover] = []
        for leftover in found where !seen.contains(where: { $0.kind == leftover.kind }) {
            seen.append(leftover)
        }
        return seen
    }

    // MARK: A HAR's other parts

    private static func walk(
        _ value: JSONValue,
        _ name: String,
        _ place: String,
        _ found: inout [Leftover]
    ) {
        guard found.count < 64 else { return }
        switch value {
        case .object(let members):
            if let label = value["name"]?.text, let text = value["value"]?.text {
                let isCookie = name == "cookies"
                judge(isCookie ? "cookie" : label.lowercased(), text, "\(place), \(name)", &found)
                return
            }
            for member in members { walk(member.value, member.name, place, &found) }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                walk(element, name, name == "entries" ? "entry \(index + 1)" : place, &found)
            }
        case .string(let text):
            // Versions of programs look like addresses.
            guard name != "version" else { return }
            judge(text: text, "\(place), \(name)", &found)
        default: break
        }
    }

    // MARK: Judging

    private static let credentials: Set<String> = [
        "authorization", "proxy-authorization", "x-api-key", "x-auth-token", "x-csrf-token",
        "x-xsrf-token",
    ]

    private static func judge(
        _ name: String,
        _ value: String,
        _ place: String,
        _ found: inout [Leftover]
    ) {
        if name == "cookie" || name == "set-cookie" {
            // What follows the first pair of `set-cookie` says how long and where, not what.
            let all = value.split(separator: ";")
            let pairs = name == "cookie" ? all[...] : all.prefix(upTo: min(1, all.count))
            let values = pairs.map {
                $0.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""
            }
            if values.contains(where: { !isPlaceholder($0) }) {
                found.append(Leftover(kind: "a cookie", place: place))
            }
            return
        }
        if credentials.contains(name) {
            let credential = value.split(separator: " ").last.map(String.init) ?? ""
            if !isPlaceholder(credential) { found.append(Leftover(kind: "a token", place: place)) }
            return
        }
        // `Chrome/131.0.0.0` is nobody's address.
        let hasVersions = name == "user-agent" || name.hasPrefix("sec-ch-")
        judge(text: value, place, &found, looksForNetworks: !hasVersions)
    }

    private static func judge(
        text: String,
        _ place: String,
        _ found: inout [Leftover],
        looksForNetworks: Bool = true
    ) {
        let decoded = FormReading.decoded(text)
        for word in decoded.split(whereSeparator: { !$0.isWordOfCapture }) {
            if isToken(word) { found.append(Leftover(kind: "a token", place: place)) }
            if isMail(word) || (looksForNetworks && isAddress(word)) {
                found.append(Leftover(kind: "an address", place: place))
            }
        }
    }

    /// Nothing, one character over and over, or a word for what was there.
    static func isPlaceholder(_ value: String) -> Bool {
        let bare = value.trimmingMarks.lowercased()
        let words: Set<String> = [
            "", "redacted", "removed", "placeholder", "scrubbed", "hidden", "token", "secret",
            "test",
        ]
        return words.contains(bare) || Set(bare.filter { $0 != "-" && $0 != "." }).count == 1
    }

    /// Three parts of base64url, the last of which signs: what JWTs look like.
    private static func isToken(_ word: Substring) -> Bool {
        guard word.hasPrefix("eyJ") else { return false }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[2].count >= 16 && !isPlaceholder(String(parts[2]))
    }

    /// `somebody@somewhere`, unless that is a name kept for examples (RFC 2606).
    private static func isMail(_ word: Substring) -> Bool {
        let parts = word.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains(".") else { return false }
        let host = parts[1].lowercased().split(separator: ".").map(String.init)
        guard host.count >= 2, let top = host.last, top.allSatisfy(\.isLetter), top.count >= 2
        else {
            return false
        }
        if ["example", "test", "invalid", "localhost"].contains(top) { return false }
        return !(host[host.count - 2] == "example" && ["com", "net", "org"].contains(top))
    }

    /// An address of the internet, unless it is kept for documentation or leads nowhere outside.
    private static func isAddress(_ word: Substring) -> Bool {
        let bytes = Array(word.utf8)
        guard bytes.count >= 7, let address = unsafe IPAddress(bytes.span.bytes) else {
            return false
        }
        return !Self.harmless.contains { $0.contains(address) }
    }

    private static let harmless: [AddressBlock] = [
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "10.0.0.0/8",
        "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/8",
        "224.0.0.0/3", "::/8", "fe80::/10", "fc00::/7",
    ].compactMap { text in
        let bytes = Array(text.utf8)
        return unsafe AddressBlock(bytes.span.bytes)
    }
}

/// Text out of a query or a form, as far as it needs to be looked at.
private enum FormReading {
    static func decoded(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var out: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                out.append(value)
                rest = rest.dropFirst(2)
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

extension Character {
    /// What a token, a mail address or a network address is made of.
    fileprivate var isWordOfCapture: Bool {
        isLetter || isNumber || self == "." || self == "-" || self == "_" || self == "@"
            || self == "+"
            || self == ":"
    }
}

extension String {
    /// Without the brackets and quotes that placeholders stand in.
    fileprivate var trimmingMarks: String {
        let marks: Set<Character> = ["<", ">", "[", "]", "(", ")", "\"", "'", "*", " ", "{", "}"]
        var text = self[...]
        while let first = text.first, marks.contains(first) { text = text.dropFirst() }
        while let last = text.last, marks.contains(last) { text = text.dropLast() }
        return String(text)
    }
}
