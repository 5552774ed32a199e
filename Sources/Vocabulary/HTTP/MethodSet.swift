/// Some of the methods, as bits.
public struct MethodSet: OptionSet, Sendable, BitwiseCopyable, Hashable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public init(_ method: Method) { rawValue = 1 << UInt16(method.rawValue) }

    public init(_ methods: [Method]) {
        rawValue = methods.reduce(0) { $0 | MethodSet($1).rawValue }
    }

    public func contains(_ method: Method) -> Bool {
        rawValue & 1 << UInt16(method.rawValue) != 0
    }

    /// Every method there is, known or not.
    public static let all = MethodSet(rawValue: .max)
    /// Those that may change something, and all that nobody knows.
    public static let writing = all.subtracting(MethodSet([.get, .head, .options, .trace]))

    /// The names of those a rule can name, in the order rules name them.
    public var names: [String] {
        let known: [(Method, String)] = [
            (.get, "GET"), (.head, "HEAD"), (.post, "POST"), (.put, "PUT"), (.patch, "PATCH"),
            (.delete, "DELETE"), (.options, "OPTIONS"),
        ]
        return known.filter { contains($0.0) }.map(\.1)
    }
}
