/// What no forwarded request may hold, whatever the client sent.
///
/// The goldens say what is forwarded byte by byte; these rules hold for all of them at once, so
/// that a wrong golden cannot make a dangerous forward look right.
enum StrictRules {
    private static let hopByHop = [
        "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE", "HTTP2-Settings",
    ]
    private static let once = [
        "Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Request-Id", "traceparent", "Forwarded",
    ]

    static func check(_ request: StrictRequest) throws(StrictReader.Broken) {
        try checkTarget(request)
        // A health check is the gateway's own, and forwards nothing.
        if request.fields.values("User-Agent") == ["gatehouse"] { return }
        for name in once where request.fields.values(name).count != 1 {
            throw .init("\(request.fields.values(name).count) of \(name)")
        }
        for name in hopByHop where !request.fields.values(name).isEmpty {
            throw .init("\(name) was forwarded")
        }
        let upgrade = request.fields.values("Upgrade")
        let connection = request.fields.values("Connection")
        guard upgrade.isEmpty ? connection.isEmpty : upgrade == ["websocket"] else {
            throw .init("Connection or Upgrade was forwarded")
        }
        for field in request.fields where isAlias(field.name) {
            throw .init("\(field.name) was forwarded")
        }
    }

    private static func checkTarget(_ request: StrictRequest) throws(StrictReader.Broken) {
        if request.target == "*", request.method == "OPTIONS" { return }
        guard request.target.hasPrefix("/") else { throw .init("a target that is not a path") }
        let path = request.target.prefix { $0 != "?" }
        for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard segment != ".", segment != ".." else { throw .init("a dot segment") }
        }
        let small = path.lowercased()
        for unsafe in ["//", "\\", ";", "%2f", "%5c", "%00", "%2e", "%7f", "#"]
        where small.contains(unsafe) {
            throw .init("\(unsafe) in a path")
        }
    }

    /// A name that a server which reads `_` as `-` takes for one that means something.
    private static func isAlias(_ name: String) -> Bool {
        guard name.contains("_") else { return false }
        let name = String(name.lowercased().map { $0 == "_" ? "-" : $0 })
        return name.hasPrefix("x-forwarded-")
            || [
                "content-length", "transfer-encoding", "host", "forwarded", "x-real-ip",
                "x-request-id", "connection", "authorization", "cookie", "content-type",
            ].contains(name)
    }
}
