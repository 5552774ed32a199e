import TestSupport

/// `UPDATE=1`: what was seen becomes what is expected, in the words a person would use.
extension Judge {
    func updateGolden() throws {
        var golden = wireCase.golden
        if clientSeen() != clientExpected() {
            try golden.rewrite(section: 1, with: clientSeen())
        }
        guard let expected = forwardedExpected(), forwardedSeen() != expected else { return }
        let seen = ForwardedBlock.folded(forwardedSeen())
        try golden.rewrite(section: 2, with: seen.isEmpty ? ["nothing"] : seen)
    }
}
