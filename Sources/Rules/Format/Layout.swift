/// How words stand beside each other on a line.
enum Layout {
    /// Words with one space between, and none where brackets and commas want none.
    static func text(_ words: ArraySlice<Token>) -> String {
        var result = ""
        var previous: Token?
        for word in words {
            if let previous, wantsSpace(previous, word) { result += " " }
            result += word.text
            previous = word
        }
        return result
    }

    private static func wantsSpace(_ left: Token, _ right: Token) -> Bool {
        if right.kind == .comma || right.kind == .closeParenthesis || left.kind == .openParenthesis
        {
            return false
        }
        if right.kind == .openParenthesis { return !(left.text == "env" || left.text == "file") }
        return true
    }

    /// Methods that follow each other, in the order everybody knows.
    static func ordered(_ words: [Token]) -> [Token] {
        var result = words
        var start = 0
        while start < result.count {
            var end = start
            while end < result.count, result[end].kind == .upper,
                RuleMethod(rawValue: result[end].text) != nil
            {
                end += 1
            }
            if end - start > 1 {
                let sorted = result[start..<end].sorted { left, right in
                    guard let a = RuleMethod(rawValue: left.text),
                        let b = RuleMethod(rawValue: right.text)
                    else { return false }
                    return a < b
                }
                result.replaceSubrange(start..<end, with: sorted)
            }
            start = max(end, start + 1)
        }
        return result
    }

    /// Where a new line begins: an exception's reason, end and proof always do, others where it is long.
    static func breaks(in words: [Token], isLong: Bool) -> Set<Int> {
        let verb = words.first?.text ?? ""
        var clauses: Set<String> = []
        if verb == "exclude" || verb == "allow" { clauses = ["because", "until", "proved"] }
        if verb == "admit" { clauses = ["else"] }
        if isLong { clauses.formUnion(["because", "until", "proved", "else", "with"]) }
        var depth = 0
        var found: Set<Int> = []
        for (index, word) in words.enumerated() {
            if word.kind == .openParenthesis { depth += 1 }
            if word.kind == .closeParenthesis { depth -= 1 }
            if index > 0, depth == 0, word.kind == .word, clauses.contains(word.text) {
                found.insert(index)
            }
        }
        return found
    }
}

extension Statement {
    /// The entries of a list that stand in one sentence, commas left out.
    var entries: [[Token]] {
        var found: [[Token]] = []
        for (index, word) in words.enumerated() where word.kind != .comma {
            let previous = index > 0 ? words[index - 1] : nil
            let goesOn = word.text == "until" || previous?.text == "until"
            if goesOn, !found.isEmpty {
                found[found.count - 1].append(word)
            } else {
                found.append([word])
            }
        }
        return found
    }

    /// Nothing but entries, whatever the list may be: what is none stays as it was written.
    var isPlainEntries: Bool {
        block == nil && remarks.allSatisfy { $0.wordCount == words.count } && remarks.count <= 1
            && !words.contains { $0.kind == .openParenthesis || $0.kind == .closeParenthesis }
            // On a line of its own it would go on with the line before.
            && !words.contains { $0.text != "until" && Parser.clauseWords.contains($0.text) }
    }

    var entryCount: Int { entries.count }
}
