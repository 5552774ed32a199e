import TestSupport
import Testing

@testable import Inspection

struct TransformTests {
    /// What the step makes of a value, or nil where it stays as it is.
    static func apply(_ step: Step, _ value: [UInt8]) -> [UInt8]? {
        var target = Scratch()
        guard unsafe step.apply(to: value.span.bytes, into: &target) else { return nil }
        return Example.bytes(target.bytes)
    }

    private static func apply(_ step: Step, _ value: String) -> String {
        apply(step, Array(value.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? value
    }

    @Test(arguments: [
        ("%3Cscript%3e", "<script>"), ("a+b", "a b"), ("%u003cs", "<s"), ("%uFF1Cs", "<s"),
        ("%U00e9", "é"), ("%", "%"), ("%4", "%4"), ("%zz%4g", "%zz%4g"), ("%u12", "%u12"),
        ("%%41", "%A"), ("%2541", "%41"), ("%ud83d", "%ud83d"), ("100%", "100%"), ("%u00", "%u00"),
    ])
    func `decode url`(value: String, expected: String) {
        #expect(Self.apply(.decodeURL, value) == expected)
    }

    @Test(arguments: [
        ("&lt;b&gt;", "<b>"), ("&ltb", "<b"), ("&#60;&#x3c;&#X3C;", "<<<"), ("&#60x", "<x"),
        ("&#0000000000000060;", "<"), ("&LT;&Quot;", "<\""), ("&colon;&lpar;&Tab;", ":(\t"),
        ("&colon", "&colon"), ("&nosuch;", "&nosuch;"), ("&;&#;&#x;&", "&;&#;&#x;&"),
        ("&amp;lt;", "&lt;"), ("&#0;", "\u{FFFD}"), ("&#xD800;", "\u{FFFD}"),
        ("&#99999999999999999999;", "\u{FFFD}"), ("&nbsp;", "\u{A0}"), ("a & b", "a & b"),
    ])
    func `decode html`(value: String, expected: String) {
        #expect(Self.apply(.decodeHTML, value) == expected)
    }

    @Test(arguments: [
        ("PHNjcmlwdD4=", "<script>"), ("PHNjcmlwdD4", "<script>"),
        ("JyBvciAxPTEgLS0=", "' or 1=1 --"),
        ("password", "password"), ("PHNjcmlwdD4=x", "PHNjcmlwdD4=x"),
        ("PHNjcmlwdD4==", "PHNjcmlwdD4=="),
        ("PHNj", "PHNj"), ("/wAA/wAA/wAA", "/wAA/wAA/wAA"), ("PHNj cmlwdD4=", "PHNj cmlwdD4="),
        ("", ""),
        ("Pz8_Pj4-", "???>>>"),
    ])
    func `decode base64`(value: String, expected: String) {
        #expect(Self.apply(.decodeBase64, value) == expected)
    }

    @Test(arguments: [
        ("＜script＞", "<script>"), ("O’Brien “x”", "O'Brien \"x\""), ("a\u{200B}b\u{AD}c", "abc"),
        ("a\u{2003}b", "a b"), ("\u{212A}", "K"), ("é漢", "é漢"), ("", ""),
    ])
    func `decode unicode`(value: String, expected: String) {
        #expect(Self.apply(.decodeUnicode, value) == expected)
    }

    @Test func `decode unicode reads overlong sequences, and leaves broken ones`() {
        #expect(Self.apply(.decodeUnicode, [0xC0, 0xAF, 0x61]) == [0x2F, 0x61])
        #expect(Self.apply(.decodeUnicode, [0xE0, 0x80, 0xBC]) == [0x3C])
        #expect(Self.apply(.decodeUnicode, [0xC0, 0x61]) == nil)
        #expect(Self.apply(.decodeUnicode, [0xE2, 0x80]) == nil)
        #expect(Self.apply(.decodeUnicode, [0xFF, 0xFE]) == nil)
    }

    @Test(arguments: [("SeLECT É", "select É"), ("abc", "abc"), ("", ""), ("@[Z", "@[z")])
    func lowercase(value: String, expected: String) {
        #expect(Self.apply(.lowercase, value) == expected)
    }

    @Test(arguments: [
        (#"\x3cscript\u003e"#, "<script>"), (#"\u{3c}\74"#, "<<"), (#"a\"b\'c\/"#, "a\"b'c/"),
        (#"\n\t\b"#, "\n\t\u{8}"), ("a\\\nb", "ab"), (#"\"#, #"\"#), (#"\x4"#, "x4"),
        (#"\u12"#, "u12"),
        (#"\u{}"#, "u{}"), (#"\477"#, "'7"), (#"\0"#, "\0"), (#"\al\ert"#, "alert"),
        ("plain", "plain"),
    ])
    func `decode js`(value: String, expected: String) {
        #expect(Self.apply(.decodeJS, value) == expected)
    }

    @Test(arguments: [
        (#"\3c script"#, "<script"), (#"\00003cscript"#, "<script"),
        (#"e\xpression"#, "expression"),
        (#"\65 xpression"#, "expression"), ("a\\\nb", "ab"), (#"\"#, #"\"#), (#"\zz"#, "zz"),
        (#"\110000"#, "\u{FFFD}"), (#"\0"#, "\0"), ("plain", "plain"),
    ])
    func `decode css`(value: String, expected: String) {
        #expect(Self.apply(.decodeCSS, value) == expected)
    }

    @Test(arguments: [
        (#"\x2fetc\057passwd"#, "/etc/passwd"), (#"a\nb\\c"#, "a\nb\\c"), (#"\'\"\?"#, "'\"?"),
        (#"\q\x4\"#, #"\q\x4\"#), (#"C:\Program"#, #"C:\Program"#), ("plain", "plain"),
    ])
    func `decode escapes`(value: String, expected: String) {
        #expect(Self.apply(.decodeEscapes, value) == expected)
    }

    @Test(arguments: [
        ("a  b\t\r\nc", "a b c"), (" a ", " a "), ("a b", "a b"), ("a\u{A0}b", "a b"),
        ("voilà x", "voilà x"),
        ("\n", " "), ("", ""), ("a \u{A0} b", "a b"),
    ])
    func `join spaces`(value: String, expected: String) {
        #expect(Self.apply(.joinSpaces, value) == expected)
    }

    @Test(arguments: [("u n\ti\u{A0}on", "union"), ("à", "à"), ("   ", ""), ("ab", "ab")])
    func `drop spaces`(value: String, expected: String) {
        #expect(Self.apply(.dropSpaces, value) == expected)
    }

    @Test(arguments: [
        ("un/**/ion", "un ion"), ("a/*b*/c/*d", "a c "),
        ("/*!50000union*/ select", " union  select"),
        ("union#x\nselect", "union select"), ("1-- x\nunion", "1 union"),
        ("1 -- the end", "1 -- the end"),
        ("a#b", "a#b"), ("a*/b", "a*/b"), ("/*/", " "), ("a-b", "a-b"),
    ])
    func `drop comments`(value: String, expected: String) {
        #expect(Self.apply(.dropComments, value) == expected)
    }

    @Test(arguments: [("a\0b\0", "ab"), ("ab", "ab"), ("\0\0", "")])
    func `drop nulls`(value: String, expected: String) {
        #expect(Self.apply(.dropNulls, value) == expected)
    }

    @Test(arguments: [
        ("/a/./b//c/../d", "/a/b/d"), ("../../etc/passwd", "../../etc/passwd"),
        ("a/../../b", "../b"),
        ("/../../etc", "/etc"), (#"..\..\windows\win.ini"#, "../../windows/win.ini"),
        ("/a/..", "/"),
        ("a/b/", "a/b/"), ("/a/.", "/a/"), ("/", "/"), ("//", "/"), ("", ""), ("a/...", "a/..."),
        ("./a", "a"), ("/a/b", "/a/b"), ("..", ".."), (".", "."), ("../a/..", "../"),
    ])
    func `plain path`(value: String, expected: String) {
        #expect(Self.apply(.plainPath, value) == expected)
    }

    @Test(arguments: [
        ("c^at  /etc/passwd", "cat/etc/passwd"), (#"w"ho"am\i"#, "whoami"), ("a;b,,c", "a b c"),
        ("echo (x)", "echo(x)"), ("'ls'\t-l", "ls -l"), ("plain text", "plain text"),
    ])
    func `shell words`(value: String, expected: String) {
        #expect(Self.apply(.shellWords, value) == expected)
    }

    @Test(arguments: [("", "0"), ("abc", "3"), ("0123456789", "10")])
    func length(value: String, expected: String) {
        #expect(Self.apply(.length, value) == expected)
    }

    // MARK: What holds for all

    private static func value(_ random: inout SeededRandom) -> [UInt8] {
        let marks =
            Array("%u003cx&#;lt\\ \t\n/*-#.'\"^,(+=0aF\0<".utf8) + [0xC2, 0xA0, 0xE2, 0x80, 0xFF]
        return (0..<random.below(40)).map { _ in
            random.once(in: 9) ? UInt8(random.below(256)) : random.pick(marks)
        }
    }

    @Test func `no step makes a value longer`() {
        var random = SeededRandom(31)
        for _ in 0..<4000 {
            let value = Self.value(&random)
            for step in Step.allCases where step != .length {
                let after = Self.apply(step, value)?.count ?? 0
                #expect(after <= value.count, "\(step.rawValue), seed \(random.seed): \(value)")
            }
        }
    }

    @Test func `a step says that it changes nothing where it does, and only there`() {
        var random = SeededRandom(32)
        for _ in 0..<4000 {
            let value = Self.value(&random)
            for step in Step.allCases where step != .length {
                #expect(
                    Self.apply(step, value) != value,
                    "\(step.rawValue), seed \(random.seed): \(value)"
                )
            }
        }
    }

    @Test func `plain text stays as it is`() {
        for step in Step.allCases where step != .length {
            #expect(Self.apply(step, Array("plain.words/of-nobody".utf8)) == nil)
            #expect(Self.apply(step, []) == nil)
        }
    }

    @Test func `a value that is said to stay stays, and other bytes are those foretold`() {
        var random = SeededRandom(33)
        for _ in 0..<4000 {
            let value = Self.value(&random)
            let present = unsafe ByteSet(in: value.span.bytes)
            #expect(
                (UInt8.min...UInt8.max).allSatisfy { present.contains($0) == value.contains($0) }
            )
            for step in Step.allCases {
                let after = Self.apply(step, value)
                if Plan.Node(step, depth: 1).leaves(present) {
                    #expect(after == nil, "\(step.rawValue) of \(value)")
                }
                guard let foretold = step.bytes(after: present) else { continue }
                let isKept = ByteSet(after ?? value).isSubset(of: foretold)
                #expect(isKept, "\(step.rawValue), seed \(random.seed): \(value)")
            }
        }
    }

    @Test func `no step is slower than in proportion to the value`() {
        let hostile = [
            "&", "&l", "&#", "\\", "\\u{", "%u", "/*", "--", "#\n", "..", "../", "a/../", "\\/",
            "/", " ", "\u{A0}", "/*!",
        ]
        for piece in hostile {
            let value = Array(String(repeating: piece, count: (1 << 18) / piece.utf8.count).utf8)
            for step in Step.allCases {
                let clock = ContinuousClock()
                let spent = clock.measure { _ = Self.apply(step, value) }
                // A slow build of a linear step takes a tenth of a second; a quadratic one, a minute.
                #expect(spent < .seconds(5), "\(step.rawValue) of \(piece)")
            }
        }
    }
}
