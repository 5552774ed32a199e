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

    /// `route NAME METHODS PATH`, with a block on its line or none.
    private static func isRow(_ statement: Statement) -> Bool {
        let words = statement.words
        guard words.count > 3, words[0].text == "route", words[1].kind == .word,
            words[words.count - 1].kind == .path,
            words[2..<words.count - 1].allSatisfy({ $0.kind == .upper })
        else { return false }
        return (statement.block?.isOnOneLine ?? true)
            && (statement.block?.statements.count ?? 0) <= 1
            && statement.remarks.isEmpty
    }

    /// Names below names; methods and paths below each other where the rows have as many methods.
    static func rows(_ routes: [[Token]]) -> [String] {
        let cells = routes.map { words in
            let ordered = Layout.ordered(words)
            let methods = ordered.dropFirst(2).dropLast().map(\.text)
            return (name: ordered[1].text, methods: methods, path: ordered[ordered.count - 1].text)
        }
        let nameWidth = cells.map(\.name.count).max() ?? 0
        var rows: [String] = []
        var index = 0
        while index < cells.count {
            var end = index + 1
            while end < cells.count, cells[end].methods.count == cells[index].methods.count {
                end += 1
            }
            let methodWidth =
                cells[index..<end].map { $0.methods.joined(separator: " ").count }.max() ?? 0
            let pathWidth = cells[index..<end].map(\.path.count).max() ?? 0
            for cell in cells[index..<end] {
                let words = [
                    "route", padded(cell.name, nameWidth),
                    padded(cell.methods.joined(separator: " "), methodWidth),
                    padded(cell.path, pathWidth),
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
