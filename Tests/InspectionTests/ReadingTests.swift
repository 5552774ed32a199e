import Inspection
import TestSupport
import Testing

struct ReadingTests {
    // MARK: Forms and cookies

    private static func form(_ text: String) -> [String] {
        var reader = FormReader()
        let text = Array(text.utf8)
        var pairs: [String] = []
        while unsafe reader.next(in: text.span.bytes) {
            pairs.append("\(Example.text(reader.name))=\(Example.text(reader.value))")
        }
        return pairs
    }

    private static func cookies(_ field: String) -> [String] {
        var reader = CookieReader()
        let field = Array(field.utf8)
        var pairs: [String] = []
        while unsafe reader.next(in: field.span.bytes) {
            pairs.append("\(Example.text(reader.name))=\(Example.text(reader.value))")
        }
        return pairs
    }

    @Test(arguments: [
        ("a=b&c=d", ["a=b", "c=d"]), ("a=1+2%2b3&x%3D=%26", ["a=1 2+3", "x==&"]), ("", []),
        ("&&a&&", ["a="]), ("=b", ["=b"]), ("a=b=c", ["a=b=c"]), ("a=%zz%4", ["a=%zz%4"]),
        ("a;b=c", ["a;b=c"]), ("a=%00", ["a=\0"]), ("a=%2541", ["a=%41"]),
        ("a=1&a=2", ["a=1", "a=2"]),
    ])
    func `pairs of a form, decoded once`(text: String, pairs: [String]) {
        #expect(Self.form(text) == pairs)
    }

    @Test(arguments: [
        ("a=b; c=d", ["a=b", "c=d"]), (" a = b ;;; c", ["a=b", "=c"]), ("a=\"x y\"", ["a=\"x y\""]),
        ("a=b=c", ["a=b=c"]), ("", []), (";", []), ("a=%41", ["a=%41"]),
    ])
    func `cookies, as they were sent`(field: String, pairs: [String]) {
        #expect(Self.cookies(field) == pairs)
    }

    @Test func `what is encoded and read again is the same`() {
        var random = SeededRandom(51)
        for _ in 0..<500 {
            let pairs = (0..<random.below(5)).map { _ in
                (
                    random.text(1 + random.below(5), of: "ab&=+% é\n;"),
                    random.text(random.below(6), of: "xy&=+% 漢")
                )
            }
            let encode = { (text: String) in
                text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            }
            let text = pairs.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
            #expect(Self.form(text) == pairs.map { "\($0.0)=\($0.1)" }, "seed \(random.seed)")
        }
    }

    // MARK: Multipart

    private static func parts(_ body: String, boundary: String = "B") -> [String]? {
        var reader = MultipartReader()
        let (body, boundary) = (Array(body.utf8), Array(boundary.utf8))
        var parts: [String] = []
        do throws(BodyFault) {
            while unsafe try reader.next(in: body.span.bytes, boundary: boundary.span.bytes) {
                let file = reader.isFile ? " file \(Example.text(reader.fileName))" : ""
                let type = Example.text(reader.contentType)
                parts.append(
                    "\(Example.text(reader.name))\(file) \(type)=\(Example.text(reader.value))"
                )
            }
            return parts
        } catch {
            return nil
        }
    }

    private static let head = "Content-Disposition: form-data; name=\"a\"\r\n\r\n"

    @Test func `parts of a multipart body`() {
        let body =
            "--B\r\n\(Self.head)1\r\n--B\r\ncontent-type: image/png\r\n"
            + "content-disposition:form-data ;  name=\"f\" ; filename=\"x.png\"\r\n"
            + "Content-Transfer-Encoding: binary\r\n\r\n\r\n--C\r\n-\r\r\n--B--\r\n"

        #expect(Self.parts(body) == ["a =1", "f file x.png image/png=\r\n--C\r\n-\r"])
        #expect(Self.parts("--B\r\n\(Self.head)\r\n--B--") == ["a ="])
        #expect(Self.parts("--B--") == [])
    }

    @Test(arguments: [
        "", "--B", "--B\r\n", "--C\r\n\(head)1\r\n--C--", " --B\r\n\(head)1\r\n--B--",
        "--B\n\(head)1\r\n--B--",
        "--B\r\n\(head)1\r\n--B", "--B\r\n\(head)1\r\n--B--x", "--B\r\n\(head)1\r\n--B-",
        "--B\r\n\(head)1\n--B--",
        "--B \r\n\(head)1\r\n--B--", "--B\r\n\(head)1\r\n--Bx\r\n\(head)2\r\n--B--",
        "--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n--B--", "--B\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=\"a\\\"; filename=\"b\"\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=\"a\"; filename*=utf-8''b\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=\"a\"x\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=\"a\r\n\"\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Transfer-Encoding: base64\r\n\(head)1\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=\"b\"\r\n\(head)1\r\n--B--",
        "--B\r\nX-Other: 1\r\n\(head)1\r\n--B--",
        "--B\r\nContent-Type: text/plain; charset=utf-7\r\n\(head)1\r\n--B--",
        "--B\r\nContent-Type: text/plain;charset=utf-8;Charset=\"utf-16\"\r\n\(head)1\r\n--B--",
    ])
    func `a multipart body that could be read in two ways is refused`(body: String) {
        #expect(Self.parts(body) == nil)
    }

    @Test func `a boundary has a length, and a body a number of parts`() {
        #expect(Self.parts("--\r\n\(Self.head)1\r\n----", boundary: "") == nil)
        let long = String(repeating: "b", count: InspectionBounds.boundaryByteCountMax)
        #expect(Self.parts("--\(long)--", boundary: long) == [])
        #expect(Self.parts("--\(long)b--", boundary: long + "b") == nil)
        let part = "\r\n\(Self.head)1\r\n--B"
        let most = InspectionBounds.partCountMax
        #expect(Self.parts("--B" + String(repeating: part, count: most) + "--")?.count == most)
        #expect(Self.parts("--B" + String(repeating: part, count: most + 1) + "--") == nil)
        let type =
            "Content-Type: " + String(repeating: "x", count: InspectionBounds.partHeadByteCountMax)
        #expect(Self.parts("--B\r\n\(type)\r\n\(Self.head)1\r\n--B--") == nil)
    }

    @Test func `no beginning of a multipart body is one`() {
        let body = "--B\r\n\(Self.head)1\r\n--B\r\n\(Self.head)2\r\n--B--"
        for length in 0..<body.utf8.count {
            #expect(Self.parts(String(decoding: Array(body.utf8)[..<length], as: UTF8.self)) == nil)
        }
        #expect(Self.parts(body) == ["a =1", "a =2"])
    }

    // MARK: XML

    private static func xml(_ text: [UInt8]) -> [String]? {
        var reader = XMLReader()
        var found: [String] = []
        do throws(BodyFault) {
            while unsafe try reader.next(in: text.span.bytes) {
                found.append("\(Example.text(reader.path))=\(Example.text(reader.value))")
            }
            return found
        } catch {
            return nil
        }
    }

    @Test(arguments: [
        ("<a>x</a>", ["a=x"]), ("<a b='1' c=\"&lt;\"/>", ["a.@b=1", "a.@c=<"]),
        (
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<o:r><n>1</n> <n z = '2'>&#x41;&amp;</n></o:r>\n<!-- e -->",
            ["o:r.n=1", "o:r.n.@z=2", "o:r.n=A&"]
        ),
        ("<a>uni<!-- x -->on<![CDATA[<b>&amp;]]></a>", ["a=union<b>&amp;"]), ("<a.b/>", []),
        ("<a.b><c>1</c></a.b>", ["a%2Eb.c=1"]), ("<a>1<b>2</b>3</a >", ["a=1", "a.b=2", "a=3"]),
        ("<a x=''/>", ["a.@x="]), ("<é>ü</é>", ["é=ü"]),
    ])
    func `texts and attributes of XML`(text: String, found: [String]) {
        #expect(Self.xml(Array(text.utf8)) == found)
    }

    @Test(arguments: [
        "", "x", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        "<a>&e;</a>", "<a>&lt</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&</a>", "<a b=1/>",
        "<a b/>", "<a b='<'/>",
        "<a b='1'c='2'/>", "<a b='1' b='2'/>", "<a><?php x?></a>", "<?php x?><a/>",
        "<a><!-- -- --></a>", "<a><!-- </a>",
        "<a><![CDATA[</a>", "<?xml version='1.0' encoding='UTF-16'?><a/>", "<?xml version='1.0'",
        "<?xml version='1.0' encoding='UTF-7' x='utf-8'?><a/>",
        "<?xml version='utf-8' encoding ='UTF-7'?><a/>",
        "<?xml version='1.0' encoding='utf-8' encoding=\"UTF-7\"?><a/>",
        "< a/>", "<1/>",
        "<a>\u{1}</a>", "</a>", "<a><b></a></b>", "<a b='1", "<a", "<a/", "<![CDATA[x]]>",
    ])
    func `XML that is malformed, or more than a tree, is refused`(text: String) {
        #expect(Self.xml(Array(text.utf8)) == nil)
    }

    @Test func `XML is UTF-8, and as deep as it may be`() {
        let around = { (bytes: [UInt8]) in Array("<a>".utf8) + bytes + Array("</a>".utf8) }
        for bytes: [UInt8] in [
            [0xFF], [0xC0, 0xBC], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF4, 0x90, 0x80, 0x80],
        ] {
            #expect(Self.xml(around(bytes)) == nil)
        }
        #expect(Self.xml(around([0xF0, 0x9F, 0x98, 0x80])) == ["a=😀"])
        let deep = { (count: Int) in
            Array(
                (String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count))
                    .utf8
            )
        }
        #expect(Self.xml(deep(InspectionBounds.elementDepthMax)) == [])
        #expect(Self.xml(deep(InspectionBounds.elementDepthMax + 1)) == nil)
        let attributes = { (count: Int) in
            Array("<a\((0..<count).map { " b\($0)=''" }.joined())/>".utf8)
        }
        #expect(Self.xml(attributes(InspectionBounds.attributeCountMax)) != nil)
        #expect(Self.xml(attributes(InspectionBounds.attributeCountMax + 1)) == nil)
    }

    @Test func `no beginning of a document is one`() {
        let text = Array("<a b='1'>x<c>&lt;</c><!-- y --><![CDATA[z]]></a>".utf8)
        for length in 0..<text.count { #expect(Self.xml(Array(text[..<length])) == nil) }
        #expect(Self.xml(text) != nil)
    }
}
