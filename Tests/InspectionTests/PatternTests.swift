import TestSupport
import Testing

@testable import Inspection

struct PatternTests {
    private static func finds(_ pattern: String, in text: [UInt8]) throws -> Bool {
        unsafe try Pattern(pattern).matches(text.span.bytes)
    }

    private static func fault(_ pattern: String) -> PatternFault? {
        do throws(PatternFault) {
            _ = try Pattern(pattern)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a pattern is found anywhere, over bytes and over lines`() throws {
        #expect(try Self.finds("b.d", in: Array("ab\ncd".utf8)) == false)
        #expect(try Self.finds("b.c", in: Array("ab\ncd".utf8)))
        #expect(try Self.finds("a.b", in: [0x61, 0xFF, 0x62]))
        #expect(try Self.finds("^$", in: []))
        #expect(try Self.finds("é", in: Array("café".utf8)))
        #expect(try Self.finds(#"\x00"#, in: [0x61, 0]))
        #expect(try Self.finds("A", in: Array("a".utf8)) == false)
    }

    @Test(arguments: [
        ("a(?=b)", 1, 5), ("x(?!b)c", 1, 5), ("(?<=a(b))c", 0, 9), ("(?<!a)", 0, 6),
        (#"(a)\1"#, 3, 2),
        (#"(?P<n>a)(?P=n)"#, 8, 6), ("a++b", 1, 2), ("(?>a)", 0, 5), (#"\k<n>"#, 0, 2),
        ("[)]x{2}+", 6, 2),
    ])
    func `what goes back is told apart, with its place`(pattern: String, offset: Int, length: Int) {
        let fault = Self.fault(pattern)

        #expect(
            fault?.kind == .needsBacktracking && fault?.offset == offset && fault?.length == length
        )
    }

    @Test(arguments: [#"\++"#, "[(?=]", #"\(?="#, "[+]+", "a}+", #"\x41\01"#, "(?:a)+", "(?i)a"])
    func `what only looks like it is not`(pattern: String) {
        #expect(Self.fault(pattern)?.kind != .needsBacktracking)
    }

    @Test(
        arguments: [
            ("a(b", "`)` is missing", nil), ("a)b", "there is a `)` too many", nil),
            ("[a", "`]` is missing", 0),
            ("*a", "there is nothing before `*` to repeat", 0), (#"a\y"#, #"`\y` is no escape"#, 1),
            ("[z-a]", "the range `z-a` runs backwards", 1),
            (#"a\"#, "the pattern ends after a backslash", 2),
        ] as [(String, String, Int?)]
    )
    func `what is malformed is told in the author's words`(
        pattern: String,
        message: String,
        offset: Int?
    ) {
        let fault = Self.fault(pattern)

        #expect(fault?.kind == .malformed && fault?.message == message)
        if let offset { #expect(fault?.offset == offset) }
    }

    @Test(arguments: ["(((a{100}){100}){100})", "a{1001}", #"(\w{500}x){200}"#])
    func `what is too large once written out is told`(pattern: String) {
        #expect(Self.fault(pattern)?.kind == .tooLarge)
    }

    @Test func `a set tells which signature its fault is in`() {
        let fine = Example.signature(matches: ["a"])
        do throws(PatternFault) {
            _ = try SignatureSet([fine, Example.signature(matches: ["a", "(b"])])
            Issue.record("it should not be taken")
        } catch {
            #expect(error.signature == 1 && error.pattern == 1)
        }
    }

    @Test func `a signature has so many steps and no more`() throws {
        let steps = Array(repeating: Step.lowercase, count: InspectionBounds.stepCountMax)
        let deep = try SignatureSet([
            Example.signature(steps: steps, contains: ["x"], catches: ["X"])
        ])

        #expect(deep.fails(ofSignature: 0) == [])
        #expect(throws: PatternFault.self) {
            try SignatureSet([Example.signature(steps: steps + [.length])])
        }
    }

    @Test(arguments: [
        ("(a+)+", 0..<5), ("x(a*)*y", 1..<6), (#"(\w+\s?)+z"#, 0..<9), ("((?:ab)+)*", 0..<10),
        ("(a|b+)+", 0..<7),
        ("(a+){2,}", 0..<8),
    ])
    func `a repetition of a repetition is shown`(pattern: String, place: Range<Int>) {
        #expect(Pattern.repeatsRepetition(pattern) == place)
    }

    @Test(arguments: [
        "(a+b)+", "a+b*", "(ab)+", "(a+)?", "(a{2,3})+", "[a+]+", "(a+)(b+)", "(", "(a+b{1,2})*",
    ])
    func `one that is not is spared`(pattern: String) {
        #expect(Pattern.repeatsRepetition(pattern) == nil)
    }

    // MARK: What a pattern needs

    @Test func `a pattern cannot do without the rarest it is made of`() throws {
        #expect(try Pattern("union select").needs.contains(ByteSet(" ".utf8)))
        #expect(try Pattern("<script|on(load|click)=").needs.first == ByteSet("<=".utf8))
        #expect(try Pattern("a*b?(c|)").needs == [])
        #expect(try Pattern("(?i)k").needs == [ByteSet("kK".utf8)])
        #expect(try Pattern(#"\pLx"#).needs == [])
    }

    private static func pattern(_ random: inout SeededRandom, _ depth: Int = 0) -> String {
        switch random.below(depth > 3 ? 4 : 9) {
        case 0, 1: return random.pick(["a", "b", "<", "' ", "x1", "é", #"\x3c"#, #"\."#])
        case 2:
            return random.pick(["[ab]", "[^a]", "[a-c<]", #"[\d'-]"#, "[]x]", #"[^\w<]"#, "[k-z]"])
        case 3:
            return random.pick([".", #"\s"#, #"\w"#, #"\D"#, #"\b"#, "^", "$", "(?i)", #"\x{41}"#])
        case 4: return "(" + pattern(&random, depth + 1) + "|" + pattern(&random, depth + 1) + ")"
        case 5:
            return "(?:" + pattern(&random, depth + 1) + ")"
                + random.pick(["*", "+", "?", "{2}", "{0,1}", "+?"])
        case 6: return "(?i:" + pattern(&random, depth + 1) + ")"
        case 7: return "(?P<n\(depth)>" + pattern(&random, depth + 1) + ")"
        default: return pattern(&random, depth + 1) + pattern(&random, depth + 1)
        }
    }

    @Test func `no match goes without what its pattern needs`() {
        var random = SeededRandom(41)
        var matches = 0
        var demanding = 0
        for _ in 0..<3000 {
            guard let pattern = try? Pattern(Self.pattern(&random)) else { continue }
            if !pattern.needs.isEmpty { demanding += 1 }
            for _ in 0..<20 {
                let value = (0..<random.below(8)).map { _ in
                    random.pick(Array("aAbBcC<'x1.K- k".utf8) + [0xC3, 0xA9, 0xE9, 0x0A])
                }
                guard unsafe pattern.matches(value.span.bytes) else { continue }
                matches += 1
                let present = unsafe ByteSet(in: value.span.bytes)
                #expect(
                    pattern.needs.allSatisfy { $0.meets(present) },
                    "seed \(random.seed): \(pattern.text) in \(value)"
                )
            }
        }
        #expect(matches > 2000 && demanding > 500)
    }
}
