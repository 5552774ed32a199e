import TestSupport
import Testing

/// What holds of the corpus as a whole.
struct CorpusFactsTests {
    @Test func `every golden can be read`() {
        #expect(Corpus.malformed.isEmpty, "\(Corpus.malformed.joined(separator: "\n"))")
    }

    @Test func `there are three hundred requests and sixty answers at least`() {
        #expect(Corpus.requests.cases.count >= 300)
        #expect(Corpus.answers.cases.count >= 60)
    }

    @Test func `every code of the catalogue that one exchange can bring about is in a golden`() {
        let goldens = (Corpus.requests.cases + Corpus.answers.cases).map(\.golden)
        let lines = Set(goldens.flatMap { $0.sections[1] })
        for (code, status) in WireCodes.all where !WireCodes.beyondOneExchange.contains(code) {
            #expect(lines.contains("\(status) \(code)"), "no golden expects \(code)")
        }
    }

    @Test func `no forward could be read in two ways`() async {
        let desyncs = await CorpusRun.results().flatMap { path, result in
            result.desyncs.map { "\(path): \($0)" }
        }
        print(
            "desync-prone forwards: \(desyncs.count) in \(Corpus.requests.cases.count + Corpus.answers.cases.count) cases"
        )
        #expect(desyncs.isEmpty, "\(desyncs.joined(separator: "\n"))")
    }

    @Test func `no valid request was refused`() async {
        let refused = await CorpusRun.results().filter(\.value.isWronglyRefused).keys.sorted()
        let valid = Corpus.requests.cases.count(where: \.isValid)
        print("valid requests refused: \(refused.count) of \(valid)")
        #expect(refused.isEmpty, "\(refused.joined(separator: "\n"))")
    }
}
