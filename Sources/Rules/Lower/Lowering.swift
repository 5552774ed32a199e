import Inspection
import Policy
import Vocabulary

/// Turns a program in which no error was found into the policy that it means.
///
/// Sites, routes, lists, limits and upstreams are numbered in the order of their names, and what applies
/// to a route is put together from its scopes. Each group of items has a file of its own.
///
/// INVARIANT: nothing here depends on the order in which the files, or what stands in them, were read.
struct Lowering<Disk: Files> {
    let program: Program
    let declared: Declarations
    let files: Disk
    /// What is read while lowering joins the files of the rules, so that it can be shown.
    var sources: Sources
    var diagnostics: Diagnostics
    var policy = Policy()

    var listNumbers: [String: Int] = [:]
    /// Values written in place, as lists without a name: each content once.
    var valueLists: [String: Int] = [:]
    var limitNumbers: [String: Int] = [:]
    /// Lines of each limit, by its number.
    var limitLines: [[Int]] = []
    var upstreamNumbers: [String: Int] = [:]
    var pageNumbers: [String: Int] = [:]
    var signatureNumbers: [String: Int] = [:]
    /// What was read from files beside the rules, as the rules name them, and what it came to.
    var contents: [(name: String, fingerprint: String)] = []
    var fieldNames: [String: Int] = [:]
    /// What routes are given by name, whatever scope says it.
    var named: [String: Bestowal] = [:]

    init(
        _ checked: Checked,
        _ declared: Declarations,
        _ signatures: SignatureSet,
        in files: Disk
    ) {
        policy.signatures = signatures
        program = checked.program
        sources = checked.sources
        diagnostics = checked.diagnostics
        self.declared = declared
        self.files = files
    }

    /// The policy; nil where something that only the other files show is wrong.
    mutating func run() -> Policy? {
        sayNotYet()
        policy.environment = program.environments.first?.value ?? Self.defaultEnvironment
        upstreamNumbers = number(program.upstreams.map(\.name.value))
        policy.upstreams = upstreamNumbers.keys.sorted()
        lowerLists()
        policy.closed = ClosedPaths(
            program.closed.compactMap { pattern($0.path) }.sorted { $0.text < $1.text }
        )
        let ids = policy.signatures.signatures.map(\.id)
        signatureNumbers = Dictionary(zip(ids, ids.indices)) { first, _ in first }
        lowerLimits()
        bestowByName()
        lowerSites()
        lowerTerms()
        policy.files = sources.files.map(\.name)
        return diagnostics.hasErrors ? nil : policy
    }

    /// Where no file says otherwise, the stricter of the two kinds is meant.
    static var defaultEnvironment: String { "production" }

    /// What can be read and judged, and not yet be done: better no policy than one that only seems to do it.
    private mutating func sayNotYet() {
        var found = program.imports.map { ($0.at, "`import crs`") }
        for signature in program.signatures {
            found += signature.detectors.map { ($0.name.at, "`detect`") }
        }
        for (scope, _, _) in declared.scopes {
            found += scope.inspections.compactMap {
                $0.answers.map { ($0.at, "`inspect answers`") }
            }
        }
        for (at, what) in found {
            say(
                Diagnostic(
                    .unknownWord,
                    "\(what) cannot be done yet",
                    at: at,
                    "nothing would be looked for by it"
                )
                .help("leave it out until this version of the gateway can do it")
            )
        }
    }

    // MARK: What all of them need

    func place(_ at: SourceRange) -> SourcePlace {
        let line = sources[at.file].line(at: at.start) + 1
        return SourcePlace(file: UInt16(clamping: at.file), line: UInt32(clamping: line))
    }

    mutating func say(_ diagnostic: Diagnostic) { diagnostics.add(diagnostic) }

    func pattern(_ path: Name) -> PathPattern? {
        if case .success(let pattern) = PathSyntax.read(path) { pattern } else { nil }
    }

    func number(_ names: [String]) -> [String: Int] {
        let sorted = Set(names).sorted().enumerated()
        return Dictionary(uniqueKeysWithValues: sorted.map { ($1, $0) })
    }

    /// The second at which an exception stops; never for one without an end.
    static func end(of tail: Tail) -> Int64 { tail.until?.value.end ?? .max }

    /// The number of a field's own part among the names that questions use.
    mutating func number(ofName name: String) -> Int {
        if let number = fieldNames[name] { return number }
        policy.questions.names.append(Array(name.utf8))
        fieldNames[name] = policy.questions.names.count - 1
        return policy.questions.names.count - 1
    }
}

extension MethodSet {
    init(_ methods: some Sequence<RuleMethod>) {
        self.init(methods.map { Method($0) })
    }

    /// The methods that are written; GET stands for HEAD too.
    static func answered(by methods: [Said<RuleMethod>]) -> MethodSet {
        MethodSet(RuleMethod.answered(by: methods))
    }
}

extension Method {
    init(_ method: RuleMethod) {
        self =
            switch method {
            case .get: .get
            case .head: .head
            case .post: .post
            case .put: .put
            case .patch: .patch
            case .delete: .delete
            case .options: .options
            }
    }
}
