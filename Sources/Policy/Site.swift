public import Vocabulary

/// One site: the hosts it is served under, and the ways through it.
public final class Site: Sendable {
    /// Whole names in small letters; a site with none is served to nobody.
    public let hosts: [String]
    public let routes: RouteTable
    public let cors: CORSTerms?
    /// Set on every answer that belongs to no route, refusals included.
    public let headers: HeaderRules
    /// Origins that are the site's own: `https://` or `http://` and a host of it.
    public let ownOrigins: TextSet
    public let place: SourcePlace

    public init(
        hosts: [String],
        routes: RouteTable,
        cors: CORSTerms?,
        headers: HeaderRules,
        ownOrigins: TextSet,
        place: SourcePlace
    ) {
        self.hosts = hosts
        self.routes = routes
        self.cors = cors
        self.headers = headers
        self.ownOrigins = ownOrigins
        self.place = place
    }
}

/// What pages of other origins may ask of a site.
public struct CORSTerms: Sendable {
    /// Whole origins, compared byte by byte.
    public let origins: TextSet
    /// Numbers of lists of more of them.
    public let lists: [Int]
    /// The fields of the answer to a preflight, each with its line's end.
    public let preflight: [UInt8]
    /// The fields that every answer to a listed origin has beside its own name.
    public let everyAnswer: [UInt8]
    public let methods: MethodSet
    /// Header names in small letters that a page may send.
    public let headers: [String]
    public let place: SourcePlace

    public init(
        origins: TextSet,
        lists: [Int] = [],
        methods: MethodSet,
        headers: [String],
        allowsCredentials: Bool,
        rememberSeconds: Int?,
        place: SourcePlace
    ) {
        self.origins = origins
        self.lists = lists
        self.methods = methods
        self.headers = headers
        self.place = place
        let credentials = allowsCredentials ? "Access-Control-Allow-Credentials: true\r\n" : ""
        everyAnswer = Array(credentials.utf8)
        var lines = "Access-Control-Allow-Methods: \(methods.names.joined(separator: ", "))\r\n"
        if !headers.isEmpty {
            lines += "Access-Control-Allow-Headers: \(headers.joined(separator: ", "))\r\n"
        }
        if let rememberSeconds { lines += "Access-Control-Max-Age: \(rememberSeconds)\r\n" }
        preflight = Array((lines + credentials).utf8)
    }
}

/// Fields set on answers, and fields taken off them.
public struct HeaderRules: Sendable {
    /// Whole fields with their line's ends, as they are appended.
    public let appended: [UInt8]
    /// Names in small letters that never pass as the upstream wrote them: removed ones and set ones.
    public let overruled: [[UInt8]]

    public init(set: [(name: String, value: String)] = [], removed: [String] = []) {
        appended = set.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
        overruled = Set(set.map(\.name) + removed).sorted().map { Array($0.utf8) }
    }
}
