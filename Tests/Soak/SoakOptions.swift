/// What was asked for on the command line.
struct SoakOptions {
    private(set) var gatehouse = ""
    /// How often each thing is done.
    private(set) var reloads = 50
    private(set) var upgrades = 20
    private(set) var kills = 20
    /// A few seconds, for a test: nothing is judged by the clock or by its memory.
    private(set) var isQuick = false

    init?(_ arguments: some Sequence<String>) {
        var rest = Array(arguments)[...]
        guard rest.popFirst() == "restarts" else { return nil }
        while let flag = rest.popFirst() {
            if flag == "--quick" {
                (isQuick, reloads, upgrades, kills) = (true, 3, 2, 2)
                continue
            }
            guard let value = rest.popFirst() else { return nil }
            if flag == "--gatehouse" {
                gatehouse = value
                continue
            }
            guard let count = Int(value), (0...1000).contains(count) else { return nil }
            switch flag {
            case "--hup": reloads = count
            case "--usr2": upgrades = count
            case "--kill": kills = count
            default: return nil
            }
        }
        guard !gatehouse.isEmpty else { return nil }
    }

    /// How long a stream, an upload and a tunnel last.
    var streamTime: Duration { isQuick ? .milliseconds(600) : .seconds(2) }
    /// Long enough for everything that was begun to end.
    var settleTime: Duration { isQuick ? .seconds(1) : .seconds(6) }
    var reloadInterval: Duration { .milliseconds(200) }
    /// Old processes end in between, since no more than four drain at once.
    var upgradeInterval: Duration { isQuick ? .milliseconds(800) : .milliseconds(1500) }
    /// A process that has served for a second is replaced at once.
    var killInterval: Duration { .milliseconds(1500) }
}
