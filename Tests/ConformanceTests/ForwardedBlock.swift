import TestSupport

/// The fields the gateway writes at the end of every request it forwards.
///
/// Nearly every golden needs them, so a golden writes `\<forwarded>` for the block, with what
/// differs from the usual: `for=`, `host=`, `id=`, `traceparent=`. Seen and expected are compared
/// with the block written out.
enum ForwardedBlock {
    private static let mark = #"\<forwarded"#

    /// Lines in which every mark is written out as its fields.
    static func expanded(_ lines: [String]) -> [String] {
        var result: [String] = []
        var host: String?
        for line in lines {
            if line.isEmpty { host = nil }
            if line.hasPrefix("Host: ") { host = String(line.dropFirst(6)) }
            if line.hasPrefix(mark) {
                result += fields(line.dropFirst(mark.count).dropLast(), host: host)
            } else {
                result.append(line)
            }
        }
        return result
    }

    /// Lines in which every block that a mark could stand for is one.
    static func folded(_ lines: [String]) -> [String] {
        var result: [String] = []
        var host: String?
        var at = 0
        while at < lines.count {
            if lines[at].isEmpty { host = nil }
            if lines[at].hasPrefix("Host: ") { host = String(lines[at].dropFirst(6)) }
            let client = lines[at].dropFirst("X-Forwarded-For: ".count)
            let short = client == "127.0.0.1" ? mark + ">" : mark + " for=\(client)>"
            let block = expanded(host.map { ["Host: \($0)", short] } ?? [short]).dropFirst(
                host == nil ? 0 : 1
            )
            if lines[at].hasPrefix("X-Forwarded-For: "), lines[at...].starts(with: block) {
                result.append(short)
                at += block.count
            } else {
                result.append(lines[at])
                at += 1
            }
        }
        return result
    }

    private static func fields(_ arguments: Substring, host: String?) -> [String] {
        var client = "127.0.0.1"
        var host = host
        var id = #"\<id>"#
        var trace = #"\<traceparent>"#
        for argument in arguments.split(separator: " ") {
            let value = String(argument.drop { $0 != "=" }.dropFirst())
            if argument.hasPrefix("for=") { client = value }
            if argument.hasPrefix("host=") { host = value == "none" ? nil : value }
            if argument.hasPrefix("id=") { id = value }
            if argument.hasPrefix("traceparent=") { trace = value }
        }
        let name = client.contains(":") ? "\"[\(client)]\"" : client
        var fields = ["X-Forwarded-For: \(client)", "X-Forwarded-Proto: http"]
        if let host { fields.append("X-Forwarded-Host: \(host)") }
        if client != "unknown" { fields.append("X-Real-IP: \(client)") }
        let hostPart = host.map { "host=\"\($0)\";" } ?? ""
        fields.append("Forwarded: for=\(name);\(hostPart)proto=http")
        return fields + ["X-Request-Id: \(id)", "traceparent: \(trace)"]
    }
}
