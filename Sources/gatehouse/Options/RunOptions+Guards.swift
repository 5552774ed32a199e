import Gateway
import Transport
import Vocabulary

/// How much is taken on, and what is refused first when that is too much.
extension RunOptions {
    static let guardUsage = """
          --connections N            open at a time (default: half of the descriptors there are)
          --connections-per-address N  of those; IPv6 by /64, --trust exempt (default: a quarter,
                                     from 64 to 1024)
          --in-flight N              requests under way (default: half of the connections, or what half
                                     of the memory holds)
          --memory SIZE              resident (default: four fifths of the control group's limit)
          --class NAME=PREFIX        requests under a path are health, auth, read, write or batch, which
                                     is refused first; by the method if not said; several times
        """

    mutating func takeGuard(
        _ flag: String,
        _ arguments: inout Arguments
    ) throws(UsageError) -> Bool {
        switch flag {
        case "--connections":
            settings.guards.connections = try arguments.integer(in: 1...1 << 24)
        case "--connections-per-address":
            settings.guards.connectionsPerAddress = try arguments.integer(in: 1...1 << 24)
        case "--in-flight": settings.guards.inFlight = try arguments.integer(in: 1...1 << 24)
        case "--memory": settings.guards.memoryBytes = try arguments.memory()
        case "--class":
            guard rules.classes.count < InterimRules.classMax else {
                throw UsageError("there are more than \(InterimRules.classMax) of `--class`")
            }
            rules.classes.append(try arguments.classRule())
        default: return false
        }
        return true
    }
}

extension Arguments {
    fileprivate mutating func memory() throws(UsageError) -> Int {
        let count = try size()
        guard count >= 16 << 20 else {
            throw UsageError("`\(flag)` is too little to run in", help: "say 16MiB or more")
        }
        return count
    }

    fileprivate mutating func classRule() throws(UsageError) -> InterimRules.ClassRule {
        let text = try value("health=/healthz")
        let parts = text.split(separator: "=", maxSplits: 1)
        let names = RequestClass.allCases.reversed().map { "\($0)" }
        guard parts.count == 2 else {
            throw UsageError(
                "`\(text)` gives no path a class",
                help: "write one like `health=/healthz`"
            )
        }
        guard let rank = RequestClass(parts[0]) else {
            throw UsageError(
                "there is no class `\(parts[0])`",
                help: Nearest.hint(to: String(parts[0]), among: names)
            )
        }
        guard parts[1].hasPrefix("/"), parts[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw UsageError(
                "`\(parts[1])` is no beginning of a path",
                help: "write it with a slash first and without query, as `/healthz`"
            )
        }
        return (rank, String(parts[1]))
    }
}
