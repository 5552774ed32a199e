/// Everything the files say, read but not yet judged.
///
/// Items keep the order they were read in, for messages and for the formatter's reader; nothing that is
/// decided depends on it.
public struct Program: Sendable {
    public var languages: [Said<Int>] = []
    public var environments: [Name] = []
    public var includes: [Name] = []
    public var imports: [ImportItem] = []
    public var lets: [LetItem] = []
    public var lists: [ListItem] = []
    public var classes: [ClassItem] = []
    public var listens: [ListenItem] = []
    /// What the gateway is told about its machine beside that.
    public var machine = MachineItem()
    public var trusts: [TrustItem] = []
    public var closed: [ClosedItem] = []
    public var stores: [StoreItem] = []
    public var auths: [AuthItem] = []
    public var gates: [AccessGateItem] = []
    public var guardrails: [GuardrailsItem] = []
    public var canaries: [CanaryItem] = []
    public var killSwitches: [KillSwitchItem] = []
    public var maintenances: [MaintenanceItem] = []
    public var exceptionTerms: [ExceptionTermsItem] = []
    public var logs: [LogItem] = []
    public var accessLogs: [AccessLogItem] = []
    public var audits: [Name] = []
    public var promises: [PromiseItem] = []
    public var upstreams: [UpstreamItem] = []
    public var sites: [SiteItem] = []
    public var signatures: [SignatureItem] = []
    public var tests: [TestItem] = []
    /// Words of sentences that could not be read: what they declare or use may only be misspelt.
    public var unread: Set<String> = []
    /// What holds for every site.
    public var everywhere = ScopeItem()

    public init() {}
}

/// What can be said at the top, in a site and in a route alike; inner scopes add to outer ones.
public struct ScopeItem: Sendable {
    public var limits: [LimitItem] = []
    public var exclusions: [ExclusionItem] = []
    public var allowances: [AllowanceItem] = []
    public var blocks: [BlockItem] = []
    public var admits: [AdmitItem] = []
    public var headers: [HeaderItem] = []
    public var inspections: [InspectionItem] = []
    /// One value each; the nearest scope's holds.
    public var send: Name?
    public var accept: AcceptItem?
    public var timeout: Said<Duration>?

    public init() {}
}
