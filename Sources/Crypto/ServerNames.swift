/// Which of several things a host name stands for: exact names, and wildcards for one label.
struct ServerNames<Value: Sendable>: Sendable {
    private var exact: [String: Value] = [:]
    private var wildcards: [String: Value] = [:]

    /// Names are in lower case, wildcards written `*.example.com`.
    mutating func change(_ name: String, _ body: (inout Value?) -> Void) {
        if name.hasPrefix("*.") {
            body(&wildcards[String(name.dropFirst(2))])
        } else {
            body(&exact[name])
        }
    }

    /// The value for a name in lower case; an exact one goes before a wildcard.
    subscript(name: String) -> Value? {
        if let value = exact[name] { return value }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        return wildcards[String(name[name.index(after: dot)...])]
    }

    func mapValues<Other>(_ transform: (Value) -> Other) -> ServerNames<Other> {
        var names = ServerNames<Other>()
        names.exact = exact.mapValues(transform)
        names.wildcards = wildcards.mapValues(transform)
        return names
    }
}
