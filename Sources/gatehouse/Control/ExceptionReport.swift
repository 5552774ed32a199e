import Rules
import Vocabulary

/// Exceptions that end soon, as `status` says them.
enum ExceptionReport {
    private static let days: Int64 = 14
    private static let countMax = 50

    static func endingSoon(in program: Program, now: Int64) -> [String] {
        var found: [(end: Int64, text: String)] = []
        func add(_ what: String, _ until: Said<Day>?) {
            guard let until = until?.value, until.end > now,
                until.end <= now + days * 86_400
            else { return }
            let left = (until.end - now + 86_399) / 86_400
            found.append((until.end, "\(what) ends in \(left) day\(left == 1 ? "" : "s")"))
        }
        func add(_ scope: ScopeItem) {
            for item in scope.exclusions {
                let what = item.subjects.map(\.value).joined(separator: ", ")
                let fields = item.fields.map(\.value).joined(separator: ", ")
                add("exclude \(what) from \(fields)", item.tail.until)
            }
            for item in scope.allowances {
                add(
                    "allow … to skip " + item.skips.map(\.value).joined(separator: ", "),
                    item.tail.until
                )
            }
        }
        add(program.everywhere)
        for site in program.sites {
            add(site.scope)
            for route in site.routes {
                add(route.scope)
                if let open = route.open { add("public on \(route.name.value)", open.tail.until) }
            }
        }
        for list in program.lists {
            for entry in list.entries {
                add("an entry of \(list.name.value)", entry.until)
            }
        }
        return found.sorted { $0.end < $1.end }.prefix(countMax).map(\.text)
    }
}
