public import Vocabulary

/// Requests whose path begins with `prefix` are of one class.
public struct ClassRule: Sendable, Equatable {
    public let rank: RequestClass
    /// Whole segments, in canonical form: `/api` is the beginning of `/api/x` and not of `/apix`.
    public let prefix: [UInt8]

    /// nil for what no canonical path can begin with.
    public init?(_ rank: RequestClass, prefix: String) {
        guard prefix.hasPrefix("/"), prefix.utf8.count <= 1024,
            prefix.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x3f && $0 != 0x23 })
        else { return nil }
        self.rank = rank
        var bytes = Array(prefix.utf8)
        while bytes.last == 0x2f { bytes.removeLast() }
        self.prefix = bytes
    }
}

/// Which class a request is of: the longest rule that fits its path decides, else its method does.
struct RequestClasses {
    /// Longest first.
    private let rules: [ClassRule]

    init(_ rules: [ClassRule]) {
        self.rules = rules.sorted { $0.prefix.count > $1.prefix.count }
    }

    func rank(of path: RawSpan, _ method: Method) -> RequestClass {
        for index in rules.indices where rules[index].fits(path) { return rules[index].rank }
        return RequestClass(of: method)
    }
}

extension ClassRule {
    fileprivate func fits(_ path: RawSpan) -> Bool {
        let count = prefix.count
        guard path.byteCount >= count, path.byteCount == count || path[count] == 0x2f else {
            return false
        }
        for index in 0..<count where path[index] != prefix[index] { return false }
        return true
    }
}
