/// The one layout: two spaces, one sentence a line, routes that follow each other as a table.
///
/// It has no options. Order and comments stay: order means nothing to the machine, and often something
/// to the reader. A tree printed and read again is the same tree.
public enum Formatter {
    /// A file in the layout, or why it cannot be read well enough to be written anew.
    public static func format(_ source: Source) -> (text: String?, diagnostics: Diagnostics) {
        let (tree, diagnostics) = Parser.parse(source, number: 0)
        return (diagnostics.hasErrors ? nil : text(tree), diagnostics)
    }

    public static func text(_ tree: Tree) -> String {
        var page = Page()
        page.put(tree.statements, depth: 0, of: "")
        page.put(tree.comments, depth: 0)
        return page.text
    }
}

/// The lines of a file as they are put together.
private struct Page {
    private struct Line {
        var text: String
        var remark: String?
        var depth: Int
    }

    private static let widthMax = 110

    private var lines: [Line] = []

    var text: String {
        var result = ""
        var index = 0
        while index < lines.count {
            // Remarks on lines that follow each other stand below each other.
            var end = index
            while end < lines.count, lines[end].remark != nil, !lines[end].text.isEmpty { end += 1 }
            let run = lines[index..<max(end, index + 1)]
            let width = run.map { $0.depth * 2 + $0.text.count }.max() ?? 0
            for line in run {
                var text =
                    line.text.isEmpty ? "" : String(repeating: "  ", count: line.depth) + line.text
                if let remark = line.remark {
                    text += String(repeating: " ", count: width - text.count + 2) + remark
                }
                while text.last == " " { text.removeLast() }
                result += text + "\n"
            }
            index += run.count
        }
        return result
    }

    // MARK: Sentences

    mutating func put(_ statements: [Statement], depth: Int, of verb: String) {
        var index = 0
        while index < statements.count {
            let run = Table.run(of: statements, from: index)
            if run.count > 1 {
                let rows = Table.rows(run.map(\.words))
                for (statement, row) in zip(run, rows) { put(statement, depth, as: row) }
            } else if verb == "list", statements[index].isPlainEntries {
                putEntries(statements[index], depth)
            } else {
                put(statements[index], depth, as: nil)
            }
            index += run.count
        }
    }

    mutating func put(_ comments: [Comment], depth: Int) {
        for comment in comments {
            gap(if: comment.followsGap)
            lines.append(Line(text: comment.token.text, depth: depth))
        }
    }

    private mutating func put(_ statement: Statement, _ depth: Int, as row: String?) {
        if statement.comments.isEmpty { gap(if: statement.followsGap) }
        put(statement.comments, depth: depth)
        gap(if: statement.isApartFromComments)
        putHead(statement, depth, as: row)
        guard let block = statement.block else { return }
        if let inner = oneLine(block, behind: lines[lines.count - 1], of: statement) {
            lines[lines.count - 1].text += inner
            lines[lines.count - 1].remark = block.remark?.text
            return
        }
        lines[lines.count - 1].text += " {"
        put(block.statements, depth: depth + 1, of: statement.words.first?.text ?? "")
        put(block.comments, depth: depth + 1)
        lines.append(Line(text: "}", remark: block.remark?.text, depth: depth))
    }

    /// The words, broken where the language lets a sentence go on and a reader wants it to.
    private mutating func putHead(_ statement: Statement, _ depth: Int, as row: String?) {
        let words = Layout.ordered(statement.words)
        let whole = row ?? Layout.text(words[...])
        let isLong = depth * 2 + whole.count > Self.widthMax
        let breaks = row == nil ? Layout.breaks(in: words, isLong: isLong) : []
        let remarks = statement.remarks
        guard !breaks.isEmpty || remarks.contains(where: { $0.wordCount < words.count }) else {
            lines.append(Line(text: whole, remark: remarks.last?.token.text, depth: depth))
            return
        }
        var start = 0
        for end in 1...words.count {
            let remark = remarks.first { $0.wordCount == end }
            guard end == words.count || breaks.contains(end) || remark != nil else { continue }
            let text = Layout.text(words[start..<end])
            let line = Line(
                text: text,
                remark: remark?.token.text,
                depth: start == 0 ? depth : depth + 1
            )
            lines.append(line)
            for further in remarks.filter({ $0.wordCount == end }).dropFirst() {
                lines.append(Line(text: further.token.text, depth: depth + 1))
            }
            start = end
        }
    }

    /// ` { … }` on one line, if it was written so and fits.
    private func oneLine(_ block: Block, behind line: Line, of statement: Statement) -> String? {
        guard block.isOnOneLine, block.comments.isEmpty, block.statements.count <= 1,
            line.remark == nil
        else {
            return nil
        }
        guard let inner = block.statements.first else { return " { }" }
        guard inner.block == nil || inner.block?.isOnOneLine == true, inner.remarks.isEmpty else {
            return nil
        }
        if statement.words.first?.text == "list", inner.entryCount > 3 { return nil }
        var text = Layout.text(Layout.ordered(inner.words)[...])
        if let nested = inner.block {
            guard let more = oneLine(nested, behind: line, of: inner) else { return nil }
            text += more
        }
        let result = " { \(text) }"
        return line.depth * 2 + line.text.count + result.count <= Self.widthMax + 20 ? result : nil
    }

    /// A list's entries, one on each line.
    private mutating func putEntries(_ statement: Statement, _ depth: Int) {
        if statement.comments.isEmpty { gap(if: statement.followsGap) }
        put(statement.comments, depth: depth)
        for (index, entry) in statement.entries.enumerated() {
            let isLast = index == statement.entries.count - 1
            let remark = isLast ? statement.remarks.last?.token.text : nil
            lines.append(Line(text: Layout.text(entry[...]), remark: remark, depth: depth))
        }
    }

    private mutating func gap(if wanted: Bool) {
        guard wanted, let last = lines.last, !last.text.isEmpty else { return }
        lines.append(Line(text: "", depth: 0))
    }
}
