import Rules
import TestSupport
import Testing

struct FormatterTests {
    @Test func `the example is in the one layout already`() throws {
        for file in try TextFile.all(below: ExampleTests.folder) where file.hasSuffix(".gate") {
            let text = try TextFile.read(ExampleTests.folder + "/" + file)

            #expect(Self.formatted(text) == text, "\(file)")
        }
    }

    @Test func `what is in the layout stays as it is, and no word is lost`() throws {
        for golden in try GoldenCase.all(below: DiagnosticTests.folder) {
            let text = golden.sections[0].joined(separator: "\n")
            guard let once = Self.formatted(text) else { continue }

            #expect(Self.formatted(once) == once, "\(golden.name)")
            #expect(Self.words(once) == Self.words(text), "\(golden.name)")
        }
    }

    @Test func `random sentences keep their words, and a second time changes nothing`() throws {
        var random = SeededRandom(11)
        var formattedCount = 0
        for _ in 0..<400 {
            let text = Self.sentences(&random, depth: 0)
            guard let once = Self.formatted(text) else { continue }
            formattedCount += 1

            #expect(Self.formatted(once) == once, "seed \(random.seed):\n\(text)\n--\n\(once)")
            #expect(
                Self.words(once) == Self.words(text),
                "seed \(random.seed):\n\(text)\n--\n\(once)"
            )
        }
        #expect(formattedCount > 300)
    }

    @Test func `comments stay where they were, and remarks stand below each other`() {
        let text = """
            # about the list
            list a of ip {
            192.0.2.1   # one
            198.51.100.0/24     # a network
            # nothing else
            }


            site a.test { # the only one
              exclude sqli from json.a on x because "long"  # why
                until 2027-01-01
            }
            """
        let wanted = """
            # about the list
            list a of ip {
              192.0.2.1        # one
              198.51.100.0/24  # a network
              # nothing else
            }

            site a.test {
              # the only one
              exclude sqli from json.a on x
                because "long"  # why
                until 2027-01-01
            }

            """
        #expect(Self.formatted(text) == wanted)
    }

    // MARK: By hand

    private static func formatted(_ text: String) -> String? {
        Formatter.format(Source(name: "a.gate", text: text)).text
    }

    /// All that is written, commas and line breaks apart, in no order: methods have one of their own.
    private static func words(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "\n" || $0 == "," }.map(String.init)
            .flatMap { $0.split(separator: ",").map(String.init) }.sorted()
    }

    private static func sentences(_ random: inout SeededRandom, depth: Int) -> String {
        var text = ""
        for _ in 0..<random.below(4) + 1 {
            if random.once(in: 4) { text += "\n" }
            if random.once(in: 5) { text += "# note \(random.below(100))\n" }
            let verb = random.pick([
                "route", "exclude", "allow", "list", "limit", "admit", "at", "inspect",
            ])
            var words = [verb]
            for _ in 0..<random.below(9) { words.append(word(&random)) }
            text += words.joined(separator: random.once(in: 3) ? "  " : " ")
            if random.once(in: 6) { text += " # remark" }
            if depth < 3, random.once(in: 3) {
                text +=
                    random.once(in: 2)
                    ? " { \(word(&random)) }" : " {\n" + sentences(&random, depth: depth + 1) + "}"
            }
            text += "\n"
        }
        return text
    }

    private static func word(_ random: inout SeededRandom) -> String {
        random.pick([
            "GET", "POST", "DELETE", "login", "because", "until", "or", "and", "with",
            "/v1/users/:id", "json.a.b",
            "192.0.2.0/24", "\"a text\"", "5/m", "2027-01-01", "env(\"X\")", "(a or b)", "x, y",
            "10s", "{}",
        ]).replacing("{}", with: "z")
    }
}
