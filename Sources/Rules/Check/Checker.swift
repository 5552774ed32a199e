import Inspection
import Policy
import Vocabulary

/// Judges what was read: everything a file can say that would not do what it says.
///
/// Each group of checks has a file of its own. They share the names of things, and find all mistakes of
/// one run together.
struct Checker {
    let program: Program
    let declared: Declarations
    let sources: Sources
    /// What "today" is, in seconds since 1970.
    let now: Int64
    var diagnostics: Diagnostics
    /// Some file could not be read at all.
    private let lacksFiles: Bool
    /// As far as they can be compiled.
    var signatures = SignatureSet()
    /// Everything that has a name.
    var names = Names()

    init(_ program: Program, _ sources: Sources, now: Int64, after diagnostics: Diagnostics) {
        self.program = program
        declared = Declarations(program)
        self.sources = sources
        self.now = now
        self.diagnostics = diagnostics
        lacksFiles = diagnostics.all.contains { $0.id == .fileMissing || $0.id == .tooLarge }
    }

    mutating func run() {
        collectNames()
        checkReferences()
        checkSettings()
        checkHosts()
        checkRoutes()
        checkPublic()
        checkCORS()
        checkConditions()
        checkLimits()
        checkInspection()
        checkExclusions()
        checkAllowances()
        checkHeaders()
        checkCrawlersOfTests()
        checkExceptions()
        checkSignatures()
        checkEvidence()
        checkOperation()
        checkMachine()
        checkPrivacy()
        checkUnusedLists()
    }

    /// Whether a name may have been given, or used, in what could not be read.
    ///
    /// Then nothing is said of it: it would be the same mistake, said twice.
    func mayBeUnread(_ name: String) -> Bool {
        lacksFiles || program.unread.contains(name)
    }

    mutating func say(_ diagnostic: Diagnostic) { diagnostics.add(diagnostic) }

    // MARK: What is said where

    var routes: [Declarations.Placed] { declared.routes }
    var scopes: [Declarations.Scope] { declared.scopes }

    func routes(
        named names: [Name]?,
        in site: SiteItem?,
        _ route: RouteItem?
    ) -> [Declarations.Placed] {
        declared.routes(named: names, in: site, route)
    }
}
