import JSON
import Policy
public import Vocabulary

/// Everything a rule can ask about a request, in the order in which it becomes known.
public enum FieldReport {
    private static var fields: [Field] {
        let places = Field.places.compactMap { Field($0 + ".NAME") }
        let credentials = Field.credentialHeaders.map { Field.header($0) }
        return (Field.all + places + credentials).enumerated()
            .sorted { ($0.element.stage, $0.offset) < ($1.element.stage, $1.offset) }
            .map(\.element)
    }

    /// For people: one line each, with its columns one below the other.
    public static var table: String {
        var rows = [["field", "type", "may be absent", "known from", "privacy"]]
        for field in fields {
            let absent = field.mayBeAbsent ? "yes" : "no"
            rows.append([
                field.name, field.kind.rawValue, absent, stage(of: field), field.privacy.rawValue,
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return cells.dropLast().joined(separator: "  ") + "  " + (row.last ?? "") + "\n"
        }
        .joined()
    }

    /// Stages are numbered and named as a request meets them.
    private static func stage(of field: Field) -> String {
        let names = [1: "host", 6: "route", 9: "sign-in", 12: "accept", 16: "answer"]
        return [String(field.stage), names[field.stage]].compactMap(\.self).joined(separator: " ")
    }

    /// For machines: an array, one object for each.
    public static var json: ByteBuffer {
        var json = JSONWriter(capacity: 4096)
        json.beginArray()
        for field in fields {
            json.beginObject()
            json.key("name")
            json.string(field.name, upTo: .max)
            json.key("type")
            json.string(field.kind.rawValue, upTo: .max)
            json.key("mayBeAbsent")
            json.boolean(field.mayBeAbsent)
            json.key("stage")
            json.integer(field.stage)
            json.key("privacy")
            json.string(field.privacy.rawValue, upTo: .max)
            json.endObject()
        }
        json.endArray()
        json.verbatim("\n")
        var text = ByteBuffer()
        text.append(json.bytes)
        return text
    }
}
