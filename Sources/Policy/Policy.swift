public import Inspection

/// The immutable decision program, and the one evaluator that runs it.
///
/// Text becomes a `Policy`, and from then on nobody asks the text: traffic, tests, `explain` and replays
/// are judged by the same code over the same value. It has no effects: a `Judgement` says what it needs
/// to know next, and whoever holds the request tells it. In reading order:
///
/// - `Judgement`: one request on its way through the sixteen `Stage`s, a file for each group of them;
///   what it asks for (`Need`), and how it ends (`Refusal`); `Circumstances`: what is true around it.
/// - `Site`, `Route`: what applies where, with all scopes merged; `Gatekeeper`, `Limit`, `Allowance`,
///   `InspectionTerms`, `ExclusionTable`, `AccessTerms`: what a route can say.
/// - `Question` and `Field`: conditions, and what they can ask.
/// - `HostTable`, `RouteTable` with its `PathPattern`s, `AddressSet`, `TextSet`: the tables, in which a
///   lookup costs the same whatever they hold.
/// - `Trace`: what each stage found, for people.
public struct Policy: Sendable {
    /// Follows from what the rules mean: equal for files that say the same.
    public var version = ""
    /// The files it was made of, by the numbers in every `SourcePlace`.
    public var files: [String] = []
    public var environment = "production"
    public var hosts = HostTable([])
    public var sites: [Site] = []
    public var routes: [Route] = []
    public var closed = ClosedPaths([])
    /// Set on answers that belong to no site.
    public var headers = HeaderRules()
    public var lists: [NamedList] = []
    public var questions = QuestionTable()
    public var limits: [Limit] = []
    public var limitLines: [LimitLine] = []
    public var pages: [Page] = []
    public var upstreams: [String] = []
    public var signatures = SignatureSet()
    public var access: AccessTerms?
    public var maintenance: MaintenanceTerms?
    public var killSwitch: KillSwitchTerms?
    public var auths: [AuthTerms] = []

    public init() {}

    /// Where a place is, as `sites/api.gate:61`; empty for nowhere.
    public func text(of place: SourcePlace) -> String {
        guard place.line > 0, Int(place.file) < files.count else { return "" }
        return "\(files[Int(place.file)]):\(place.line)"
    }
}
