import Inspection
public import Policy

/// Gate, the rules language: text to policy.
///
/// A language with a pace of its own: no request ever waits on anything here, and nothing here knows of
/// sockets. In reading order:
///
/// - `Text/`: `Source`, `Sources` and the `Loader` that reads them; `RulesBounds`: how much there may be.
/// - `Syntax/`: `Token` and its `Shape`, `Lexer`, `Parser`, and the `Tree` of sentences that comes of it.
/// - `Items/`: what sentences mean, item by item, gathered in a `Program`.
/// - `Check/`: everything a file can say that would not do what it says.
/// - `Lower/`: a program without a mistake becomes a `Policy`, and `Meaning` gives it its version.
/// - `Captures/`: requests as browsers sent them; `Tests/`: what the rules carry to prove themselves, judged by
///   the evaluator that judges traffic, in a `TestWorld` of its own.
/// - `Promises/`: what was promised of every request is proved of that policy, or refuted by one request.
/// - `Diagnostics/`: what is said to the author, and how it looks; `Format/`: the one layout.
public enum Rules {
    /// Reads the entry file and all it includes, and judges it.
    ///
    /// - now: what "today" is, in seconds since 1970: exceptions end by it.
    public static func check(
        entry path: String,
        in files: some Files,
        now: Int64
    ) throws(FileTrouble) -> Checked {
        try judge(entry: path, in: files, now: now).checked
    }

    /// Reads and judges the same, and, where there is no error, makes the policy of it.
    ///
    /// What the rules only name is read too: lists in files of their own, and pages. Either all of it becomes
    /// a policy, or none.
    public static func compile(
        entry path: String,
        in files: some Files,
        now: Int64
    ) throws(FileTrouble) -> Compiled {
        let judged = try judge(entry: path, in: files, now: now)
        let (checked, declared) = (judged.checked, judged.declared)
        var meaning = Meaning(judged.trees)
        guard !checked.diagnostics.hasErrors else {
            return Compiled(checked, declared, proofs: meaning.proofsVersion, policy: nil)
        }
        var lowering = Lowering(checked, declared, judged.signatures, in: files)
        var policy = lowering.run()
        for content in lowering.contents { meaning.add(content.fingerprint, of: content.name) }
        policy?.version = meaning.version
        if let lowered = policy {
            var promises = PromiseChecks(lowered, lowering, now: now)
            promises.run()
            lowering.diagnostics = promises.diagnostics
            if lowering.diagnostics.hasErrors { policy = nil }
        }
        let installation = InstallationLowering(checked.program, now: now).lowered()
        let whole = Checked(
            sources: lowering.sources,
            program: checked.program,
            diagnostics: lowering.diagnostics
        )
        return Compiled(
            whole,
            declared,
            proofs: meaning.proofsVersion,
            policy: policy,
            installation
        )
    }

    /// Reads one list again from its file.
    ///
    /// A list that has become wrong is no list: whoever holds the last good one keeps it.
    public static func reread(
        list name: String,
        of compiled: Compiled,
        in files: some Files
    ) -> RereadList {
        let checked = Checked(
            sources: compiled.sources,
            program: compiled.program,
            diagnostics: Diagnostics()
        )
        var lowering = Lowering(checked, compiled.declared, SignatureSet(), in: files)
        let list = lowering.readAgain(name)
        return RereadList(
            list: list,
            sources: lowering.sources,
            diagnostics: lowering.diagnostics
        )
    }

    private static func judge(
        entry path: String,
        in files: some Files,
        now: Int64
    ) throws(FileTrouble) -> Judged {
        var loader = Loader(files)
        try loader.load(entry: path)
        var checker = Checker(loader.program, loader.sources, now: now, after: loader.diagnostics)
        checker.run()
        let checked = Checked(
            sources: loader.sources,
            program: loader.program,
            diagnostics: checker.diagnostics
        )
        return Judged(
            checked: checked,
            declared: checker.declared,
            signatures: checker.signatures,
            trees: loader.trees
        )
    }

    /// What judging leaves to be lowered.
    private struct Judged {
        let checked: Checked
        let declared: Declarations
        let signatures: SignatureSet
        let trees: [Tree]
    }
}

/// What was read, and all that is to be said of it.
public struct Checked: Sendable {
    public let sources: Sources
    public let program: Program
    public let diagnostics: Diagnostics
}

/// What was read, all that is to be said of it, and the policy that it means.
public struct Compiled: Sendable {
    public let sources: Sources
    public let program: Program
    public let diagnostics: Diagnostics
    /// Follows from the tests and promises, which the policy's version does not tell of.
    public let proofs: String
    /// nil where there is an error.
    public let policy: Policy?
    /// What the rules say about the machine they run on.
    public let installation: Installation
    let declared: Declarations

    init(
        _ checked: Checked,
        _ declared: Declarations,
        proofs: String,
        policy: Policy?,
        _ installation: Installation = Installation()
    ) {
        sources = checked.sources
        program = checked.program
        diagnostics = checked.diagnostics
        self.declared = declared
        self.proofs = proofs
        self.policy = policy
        self.installation = installation
    }
}

/// A list as its file holds it now, to take the place of the one of its name in `Policy.lists`.
public struct RereadList: Sendable {
    /// nil where it cannot be read, or is wrong.
    public let list: NamedList?
    public let sources: Sources
    public let diagnostics: Diagnostics
}
