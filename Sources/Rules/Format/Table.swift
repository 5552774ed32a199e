/// Routes that follow each other, as the rows of a table.
enum Table {
    /// The statements from `index` on that stand in one table; one alone where there is none.
    static func run(of statements: [Statement], from index: Int) -> ArraySlice<Statement> {
        var end = index
        while end < statements.count, isRow(statements[end]),
            end == index || (!statements[end].followsGap && statements[end].comments.isEmpty)
        {
            end += 1
        }
        return statements[index..<max(end, index + 1)]
    }

    private static func isRow(_ statement: Statement) -> Bool {
        statement.words.first?.text == "route" && (statement.block?.isOnOneLine ?? true)
            && (statement.block?.statements.count ?? 0) <= 1 && statement.remarks.isEmpty
    }

    /// Names below names; methods and paths below each other where the rows have as many methods.
    static func rows(_ routes: [[Token]]) -> [String] {
        let cells = routes.map { words in
            let ordered = Layout.ordered(words)
            let methods = ordered.filter { $0.kind == .upper }.map(\.text)
            let paths = ordered.filter { $0.kind == .path }.map(\.text)
            let names = ordered.dropFirst().prefix { $0.kind != .upper && $0.kind != .path }.map(
                \.text
            )
            let isPlain = names.count + methods.count + paths.count + 1 == ordered.count
            return (
                isPlain, names.joined(separator: " "), methods, paths.joined(separator: " "),
                ordered
            )
        }
        let nameWidth = cells.map { $0.1.count }.max() ?? 0
        var rows: [String] = []
        var index = 0
        while index < cells.count {
            var end = index + 1
            while end < cells.count, cells[end].2.count == cells[index].2.count { end += 1 }
            let methodWidth =
                cells[index..<end].map { $0.2.joined(separator: " ").count }.max() ?? 0
            let pathWidth = cells[index..<end].map { $0.3.count }.max() ?? 0
            for cell in cells[index..<end] {
                guard cell.0 else {
                    rows.append(Layout.text(cell.4[...]))
                    continue
                }
                let words = [
                    "route", padded(cell.1, nameWidth),
                    padded(cell.2.joined(separator: " "), methodWidth),
                    padded(cell.3, pathWidth),
                ]
                rows.append(words.joined(separator: " "))
            }
            index = end
        }
        return rows
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
