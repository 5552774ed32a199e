/// Whether one text stands in another, found without any cleverness.
enum SlowSearch {
    static func finds(_ literal: String, in text: [UInt8]) -> Bool {
        let wanted = Array(literal.utf8)
        guard wanted.count <= text.count else { return false }
        return (0...text.count - wanted.count).contains { text[$0...].starts(with: wanted) }
    }
}
