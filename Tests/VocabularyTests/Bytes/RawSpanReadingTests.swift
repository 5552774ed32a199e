import TestSupport
import Testing
import Vocabulary

struct RawSpanReadingTests {
    @Test func `a word is eight bytes, the first one lowest`() {
        let word = reading("x12345678") { $0.word(1) }

        #expect(word == 0x38_37_36_35_34_33_32_31)
    }

    @Test func `a word that is cut short is filled up with spaces`() {
        for length in 0...8 {
            let expected = String("abcdefgh".prefix(length)).padding(to: 8)
            let words = (
                reading("abcdefgh") { $0.word(at: 0, before: length) },
                reading(expected) { $0.word(0) }
            )
            #expect(words.0 == words.1)
        }
    }

    @Test func `nothing beyond the stop is looked at`() {
        let word = reading("ab\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}") {
            $0.word(at: 1, before: 2)
        }

        #expect(word == 0x2020_2020_2020_2062)
    }

    @Test func `equality minds the case, unless it is told not to`() {
        let exact = reading("Close") { ($0.equals("Close"), $0.equals("close")) }
        let loose = reading("CLoSE") {
            ($0.equalsIgnoringCase("close"), $0.equalsIgnoringCase("closed"))
        }

        #expect(exact == (true, false))
        #expect(loose == (true, false))
    }

    @Test func `only letters have a case`() {
        // 0x5b and 0x7b differ in the bit that tells the cases of letters apart, and so do @ and `.
        for (one, other) in [("[", "{"), ("@", "`"), ("\u{0d}", "-"), ("\u{c0}", "\u{e0}")] {
            let equal = reading(one) { left in
                reading(other) { right in left.equalsIgnoringCase(right) }
            }
            #expect(!equal)
        }
    }

    @Test func `two spans are compared without case`() {
        let pairs = [("", "", true), ("aB", "Ab", true), ("ab", "abc", false), ("ab", "ac", false)]
        for (one, other, expected) in pairs {
            let equal = reading(one) { left in
                reading(other) { right in left.equalsIgnoringCase(right) }
            }
            #expect(equal == expected)
        }
    }

    @Test func `a beginning is found without case`() {
        let answers = reading("X-Forwarded-By") {
            (
                $0.startsIgnoringCase(with: "x-forwarded-"),
                $0.startsIgnoringCase(with: "x-forwarded-by-")
            )
        }

        #expect(answers == (true, false))
    }

    @Test func `a word is found anywhere without case`() {
        let cases = [
            ("text/html", true), ("a, TEXT/HTML;q=1", true), ("text/htm", false), ("", false),
            ("text/htmtext/html", true), ("xtext/html", true), ("text /html", false),
        ]
        for (given, expected) in cases {
            let isFound = reading(given) { $0.containsIgnoringCase("text/html") }
            #expect(isFound == expected, "\(given)")
        }
    }

    @Test func `the first byte at or after a place is found`() {
        let found = reading("a,b,c") {
            [
                $0.firstIndex(of: 0x2c), $0.firstIndex(of: 0x2c, from: 1),
                $0.firstIndex(of: 0x2c, from: 2), $0.firstIndex(of: 0x2c, from: 4),
                $0.firstIndex(of: 0x2c, from: 5),
            ]
        }

        #expect(found == [1, 1, 3, nil, nil])
    }

    @Test func `trimming takes spaces and tabs from both ends and nothing else`() {
        let cases = [
            ("", ""), (" \t ", ""), ("a", "a"), (" a b\t", "a b"), ("\u{a0}a", "\u{a0}a"),
        ]
        for (given, expected) in cases {
            let trimmed = reading(given) { text($0.trimmed) }
            #expect(trimmed == expected)
        }
    }

    @Test func `decimal is digits alone`() {
        for refused in [
            "", "+1", "-1", " 1", "1 ", "1,1", "0x1", "1_0", "1.0", "\u{b2}", "a", ":", "/",
        ] {
            let number = reading(refused) { $0.decimal(digitsMax: 18) }
            #expect(number == nil, "\(refused)")
        }
        let plain = ["0", "00", "7", "0010", "999999999999999999"]
        let numbers = plain.map { reading($0) { $0.decimal(digitsMax: 18) } }
        #expect(numbers == [0, 0, 7, 10, 999_999_999_999_999_999])
    }

    @Test func `decimal is bounded by its digits`() {
        let numbers = reading("1234") {
            [$0.decimal(digitsMax: 3), $0.decimal(digitsMax: 4), $0.decimal(digitsMax: 5)]
        }

        #expect(numbers == [nil, 1234, 1234])
    }

    @Test func `no bound beyond what fits is believed`() {
        let number = reading("1") { $0.decimal(digitsMax: 19) }

        #expect(number == nil)
    }
}

extension String {
    fileprivate func padding(to count: Int) -> String {
        self + String(repeating: " ", count: count - self.count)
    }
}
