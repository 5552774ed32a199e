import Policy
import Vocabulary

/// A route that can be changed, to see what would become of requests if the rules said something else.
struct RouteDraft {
    var name: String
    var site: Int
    var pattern: PathPattern
    var methods: MethodSet
    var place: SourcePlace
    var destination: Route.Destination
    var openness: Openness?
    var roles: [String]
    var accept: AcceptTerms
    var headers: HeaderRules
    var blocks: [Gatekeeper]
    var admits: [Gatekeeper]
    var limits: [LimitUse]
    var allowances: [Allowance]
    var inspection: InspectionTerms
    var exclusions: ExclusionTable
    var timeoutMilliseconds: Int?
    var allowsUpgrade: Bool
    var rank: RequestClass?

    init(_ route: Route) {
        name = route.name
        site = route.site
        pattern = route.pattern
        methods = route.methods
        place = route.place
        destination = route.destination
        openness = route.openness
        roles = route.roles
        accept = route.accept
        headers = route.headers
        blocks = route.blocks
        admits = route.admits
        limits = route.limits
        allowances = route.allowances
        inspection = route.inspection
        exclusions = route.exclusions
        timeoutMilliseconds = route.timeoutMilliseconds
        allowsUpgrade = route.allowsUpgrade
        rank = route.rank
    }

    var route: Route {
        Route(
            name: name,
            site: site,
            pattern: pattern,
            methods: methods,
            place: place,
            destination: destination,
            openness: openness,
            roles: roles,
            accept: accept,
            headers: headers,
            blocks: blocks,
            admits: admits,
            limits: limits,
            allowances: allowances,
            inspection: inspection,
            exclusions: exclusions,
            timeoutMilliseconds: timeoutMilliseconds,
            allowsUpgrade: allowsUpgrade,
            rank: rank
        )
    }
}

extension ExclusionTable {
    /// All but those written at a place.
    func without(_ place: SourcePlace) -> ExclusionTable {
        var table = ExclusionTable()
        for (field, exclusion) in all where exclusion.place != place {
            table.add(exclusion, for: field)
        }
        return table
    }
}
