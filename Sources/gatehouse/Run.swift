import CLinux
import Gateway
import Glibc
import Transport

/// `gatehouse run`: the gateway, configured by the flags of `RunOptions`.
///
/// The same words start all of its processes. The one the operator starts is the supervisor, or the whole gateway
/// with `--foreground`; one that finds a handover is a crew, or the supervisor again after an upgrade.
enum Run {
    static func main(_ words: [String]) throws(UsageError) {
        guard let options = try RunOptions.read(words) else {
            return Terminal.print(RunOptions.usage)
        }
        let settings = options.settings
        do throws(StartFailure) {
            if let inheritance = try Inheritance.take() {
                try goOn(with: inheritance, settings, words)
            } else {
                try start(settings, words)
            }
        } catch {
            // What root could read and this user cannot is the first thing to think of.
            let name = settings.process.user.map { "`\($0)`" }
            let user = name.map { error.message.contains($0) ? "" : " (as \($0))" } ?? ""
            Terminal.fail("gatehouse: \(error.message)\(user)\n", code: 2)
        }
    }

    /// Gets what only whoever started it may get, gives up the right to it, and serves.
    private static func start(_ settings: Settings, _ words: [String]) throws(StartFailure) {
        Signals.hold()
        let process = settings.process
        if !process.isForeground { _ = linux_close_on_exec(STDERR_FILENO + 1) }
        DescriptorLimit.raise(beyondHardLimit: !process.isForeground)
        let account = try accountNamed(process.user)
        let patience = process.isForeground ? .milliseconds(0) : SupervisorBounds.bindPatience
        let bound = try Gateway.bind(settings, within: patience)
        do throws(StartFailure) {
            if let pidFile = process.pidFile { try PidFile.write(pidFile, for: account) }
            try account?.take()
            try Account.dropPrivileges()
        } catch {
            for address in bound { address.close() }
            throw error
        }
        if process.isForeground {
            try Foreground.run(settings, on: bound)
        } else {
            SupervisorLoop(process, on: bound, ["run"] + words).run()
        }
    }

    private static func goOn(
        with inheritance: Inheritance,
        _ settings: Settings,
        _ words: [String]
    ) throws(StartFailure) {
        switch inheritance.role {
        case .crew:
            Signals.ignore()
            try CrewLoop(settings, from: inheritance.handover, inheritance.channel).run()
        case .supervisor:
            Signals.hold()
            inheritance.channel.close()
            let (process, handover) = (settings.process, inheritance.handover)
            guard
                let loop = SupervisorLoop(process, resuming: handover, ["run"] + words)
            else {
                throw StartFailure(message: "what the supervisor was handed is not there")
            }
            loop.run()
        }
    }

    private static func accountNamed(_ name: String?) throws(StartFailure) -> Account? {
        guard let name else { return nil }
        return try Account(named: name)
    }
}
