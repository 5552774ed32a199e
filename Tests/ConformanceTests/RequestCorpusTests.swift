import Testing

/// Every request of the corpus, over real sockets, before a recording upstream.
struct RequestCorpusTests {
    @Test(arguments: Corpus.requests.cases)
    func `a request is answered and forwarded as its golden says`(_ wireCase: WireCase) async {
        let result = await CorpusRun.result(of: wireCase)
        guard !result.complaints.isEmpty else { return }
        Issue.record("\(result.complaints.joined(separator: "\n"))")
    }
}
