import Testing

/// Every answer of the corpus: an upstream is as little to be trusted as a client.
struct AnswerCorpusTests {
    @Test(arguments: Corpus.answers.cases)
    func `an answer reaches the client as its golden says`(_ wireCase: WireCase) async {
        let result = await CorpusRun.result(of: wireCase)
        guard !result.complaints.isEmpty else { return }
        Issue.record("\(result.complaints.joined(separator: "\n"))")
    }
}
