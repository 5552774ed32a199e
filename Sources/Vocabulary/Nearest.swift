/// Finds what somebody probably meant to write.
public enum Nearest {
    /// "did you mean …" for the closest of `words`, or the list of them.
    public static func hint(to word: String, among words: [String]) -> String {
        if let nearest = to(word, among: words) { return "did you mean `\(nearest)`?" }
        return "there are " + words.map { "`\($0)`" }.joined(separator: ", ")
    }

    /// The closest of `words`: one that differs by little, else the shortest that `word` begins.
    public static func to(_ word: String, among words: some Sequence<String>) -> String? {
        let ranked = words.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
        if let (nearest, distance) = ranked, distance <= max(2, word.count / 3) { return nearest }
        guard word.count > 3 else { return nil }
        return words.filter { $0.hasPrefix(word) }.min { $0.count < $1.count }
    }

    /// Levenshtein's, over words short enough for its square.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.prefix(64))
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (place, other) in right.enumerated() {
                let substituted = diagonal + (letter == other ? 0 : 1)
                diagonal = row[place + 1]
                row[place + 1] = min(substituted, row[place] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
