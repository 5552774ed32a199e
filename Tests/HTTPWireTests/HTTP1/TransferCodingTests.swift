import Testing
import Vocabulary

@testable import HTTPWire

struct TransferCodingTests {
    private func coding(_ value: String) -> TransferCoding {
        let bytes = value.wire
        return unsafe TransferCoding(bytes.span.bytes)
    }

    @Test(arguments: ["chunked", "CHUNKED", "cHuNkEd"])
    func `the one word is understood in any case`(value: String) {
        #expect(coding(value) == .chunked)
    }

    @Test(
        arguments: [
            "gzip", "identity", "xchunked", "chunkedx", "chunke", "gzip, chunked", "gzip,chunked",
            "a , b,\tchunked",
            "deflate, gzip", "x", "chunked-", "!#$%&'*+-.^_`|~",
        ]
    )
    func `other codings are told to be unknown`(value: String) {
        #expect(coding(value) == .unknown)
    }

    @Test(
        arguments: [
            "", ",", "chunked,", ",chunked", "chunked, chunked", "chunked,gzip",
            "gzip, chunked, chunked",
            "chunked, gzip, chunked", "chunked;q=1", "chunk ed", "\"chunked\"", "gzip;q=1, chunked",
            "gzip,,chunked",
            "gzip, ", "chunked\u{b}", "\u{e9}", "gzip chunked", "[chunked]", "chunked, identity",
        ]
    )
    func `what two servers could read differently is ambiguous`(value: String) {
        #expect(coding(value) == .ambiguous)
    }

    @Test func `an unknown coding is not implemented, an ambiguous one is refused`() {
        #expect(fault(post("Transfer-Encoding: gzip, chunked")) == .codingNotImplemented)
        #expect(fault(post("Transfer-Encoding: identity")) == .codingNotImplemented)
        #expect(fault(post("Transfer-Encoding: chunked, chunked")) == .ambiguousFraming)
        #expect(fault(post("Transfer-Encoding:")) == .ambiguousFraming)
    }
}
