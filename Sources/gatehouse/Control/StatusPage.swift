import Glibc
import JSON
import Vocabulary

/// What `gatehouse status` prints.
struct StatusPage {
    enum Format: String, CaseIterable { case text, json }

    struct Process {
        let id: Int32
        let stage: String
    }

    /// nil where one process does everything.
    let supervisor: Int32?
    /// When the program was started, in seconds since 1970.
    let began: Int64
    let entry: String
    let crews: [Process]
    let history: VersionHistory
    /// nil where no crew has answered.
    let crew: CrewStatus?

    func text(_ format: Format) -> String {
        format == .text ? plain : json
    }

    private var uptime: Int64 { max(Int64(time(nil)) - began, 0) }

    private var plain: String {
        var lines: [String] = []
        if let running = history.running {
            lines.append("version     \(running.name) since \(Self.text(of: running.since))")
        }
        lines.append("files       \(entry)")
        lines.append("up          \(Self.duration(uptime))")
        for process in crews { lines.append("process     \(process.id) \(process.stage)") }
        if let crew {
            lines.append("connections \(crew.connectionCount)")
            for text in crew.switches { lines.append("switch      \(text)") }
            for text in crew.lists { lines.append("list        \(text)") }
            for text in crew.exceptions { lines.append("ends soon   \(text)") }
        } else {
            lines.append("nothing     is known of what serves: it has not answered")
        }
        for version in history.all.dropLast().reversed() {
            lines.append("before      \(version.name) since \(Self.text(of: version.since))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var json: String {
        var json = JSONWriter(capacity: 2048)
        json.beginObject()
        json.key("version")
        json.string(history.running?.name ?? "", upTo: .max)
        json.key("since")
        json.string(Self.text(of: history.running?.since ?? 0), upTo: .max)
        json.key("entry")
        json.string(entry, upTo: .max)
        json.key("uptime_seconds")
        json.integer(Int(uptime))
        json.key("supervisor")
        if let supervisor { json.integer(Int(supervisor)) } else { json.null() }
        json.key("processes")
        json.beginArray()
        for process in crews {
            json.beginObject()
            json.key("id")
            json.integer(Int(process.id))
            json.key("stage")
            json.string(process.stage, upTo: .max)
            json.endObject()
        }
        json.endArray()
        json.key("connections")
        if let crew { json.integer(Int(crew.connectionCount)) } else { json.null() }
        json.key("switches")
        Self.append(crew?.switches ?? [], to: &json)
        json.key("lists")
        Self.append(crew?.lists ?? [], to: &json)
        json.key("exceptions_ending_soon")
        Self.append(crew?.exceptions ?? [], to: &json)
        json.key("versions")
        Self.append(history.all.map(\.name), to: &json)
        json.endObject()
        json.verbatim("\n")
        return unsafe json.bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private static func append(_ texts: [String], to json: inout JSONWriter) {
        json.beginArray()
        for text in texts { json.string(text, upTo: .max) }
        json.endArray()
    }

    /// An instant as RFC 3339 writes it: `2026-11-20T10:46:35Z`.
    static func text(of seconds: Int64) -> String {
        var moment = time_t(seconds)
        var parts = unsafe tm()
        guard unsafe gmtime_r(&moment, &parts) != nil else { return "" }
        var room = [CChar](repeating: 0, count: 32)
        let count = unsafe strftime(&room, room.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: room.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func duration(_ seconds: Int64) -> String {
        let parts = [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m")]
        let said = parts.drop { $0.0 == 0 }.map { "\($0.0)\($0.1)" }
        return (said + ["\(seconds % 60)s"]).prefix(2).joined(separator: " ")
    }
}
