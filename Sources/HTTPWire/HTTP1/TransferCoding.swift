import Vocabulary

/// What a Transfer-Encoding value says.
///
/// Only the single word `chunked` is understood. The rest is told apart, because a coding we lack (501)
/// and a line that two servers could read differently (400) are different news to an honest client.
enum TransferCoding {
    case chunked
    case unknown
    case ambiguous

    init(_ value: RawSpan) {
        if value.equalsIgnoringCase("chunked") {
            self = .chunked
            return
        }
        var start = 0
        var codings = 0
        var chunkedCount = 0
        while start <= value.byteCount {
            let end = value.firstIndex(of: 0x2c, from: start) ?? value.byteCount
            let coding = value.extracting(start..<end).trimmed
            guard Self.isToken(coding) else {
                self = .ambiguous
                return
            }
            codings += 1
            if coding.equalsIgnoringCase("chunked") { chunkedCount += 1 }
            start = end &+ 1
        }
        let last = value.extracting(Self.lastStart(value)..<value.byteCount).trimmed
        let endsChunked = chunkedCount == 1 && codings > 1 && last.equalsIgnoringCase("chunked")
        self = chunkedCount == 0 || endsChunked ? .unknown : .ambiguous
    }

    private static func isToken(_ coding: RawSpan) -> Bool {
        for index in 0..<coding.byteCount where !coding[index].isToken { return false }
        return coding.byteCount > 0
    }

    private static func lastStart(_ value: RawSpan) -> Int {
        var start = 0
        while let comma = value.firstIndex(of: 0x2c, from: start) { start = comma &+ 1 }
        return start
    }
}
