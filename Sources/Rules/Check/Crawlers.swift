import Vocabulary

/// Crawlers that can be told from those who only say they are.
///
/// The names are the language's own: each stands for an operator whose addresses can be verified.
enum Crawlers {
    static let names = [
        "googlebot", "bingbot", "duckduckbot", "applebot", "yandexbot", "baiduspider",
        "facebookexternalhit", "linkedinbot", "twitterbot", "pinterestbot", "petalbot",
    ]

    /// What `client.bot` can be.
    static let kinds = ["none", "impostor"] + names
}

extension Checker {
    /// A name nobody verifies would never apply, and nobody would notice.
    mutating func checkCrawler(_ name: Name, among known: [String]) {
        guard !known.contains(name.value) else { return }
        say(
            Diagnostic(
                .unknownName,
                "there is no crawler `\(name.value)`",
                at: name.at,
                Nearest.to(name.value, among: known).map { "did you mean `\($0)`?" } ?? ""
            )
            .help("there are " + known.map { "`\($0)`" }.joined(separator: ", "))
        )
    }

    mutating func checkCrawlersOfTests() {
        for test in program.tests { for step in test.steps { check(step) } }
    }

    private mutating func check(_ step: TestItem.Step) {
        switch step {
        case .repeating(_, let steps): for step in steps { check(step) }
        case .send(let send):
            if let name = send.verified { checkCrawler(name, among: Crawlers.names) }
        case .at, .condition, .replay, .expect: return
        }
    }
}
