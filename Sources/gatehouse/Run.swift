import CLinux
import Gateway
import Glibc
import Policy
import Transport
import Vocabulary

/// `gatehouse run`: the gateway, configured by the rules alone.
///
/// The same words start all of its processes. The one the operator starts is the supervisor, or the whole gateway
/// with `--foreground`; one that finds a handover is a crew, or the supervisor again after an upgrade. Only the first
/// reads the disk: the others are handed the files as they were.
enum Run {
    static let usage = """
        usage: gatehouse run [FILE] [--foreground]

        Serves what the rules say. FILE is the entry file; without it it is $GATEHOUSE_CONFIG, and
        without that conf/dev.gate. Everything else is said in the rules: where to listen, which
        certificates to show, where requests go, how much is taken on.

          --foreground   one process, without the supervisor that replaces one that died

        SIGHUP reads all files again, whole or not at all; `gatehouse reload` does too and shows what
        came of it. SIGTERM and SIGINT let exchanges under way finish; a second one ends at once.
        SIGUSR2 goes on as the program that the same file holds now; nobody is refused meanwhile.

        Exit codes: 0 it has ended in order, 1 the rules are wrong, 2 it could not be run.

        """

    private struct Wanted {
        var file: String?
        var isForeground = false
    }

    static func main(_ words: [String]) throws(UsageError) {
        guard let wanted = try read(words) else { return Terminal.print(usage) }
        let entry = wanted.file ?? EntryFile.path
        do throws(StartFailure) {
            if let inheritance = try Inheritance.take() {
                try goOn(with: inheritance, entry, words)
            } else {
                try start(entry, isForeground: wanted.isForeground, words)
            }
        } catch {
            Terminal.fail("gatehouse: \(error.message)\n", code: 2)
        }
    }

    /// nil when help was asked for.
    private static func read(_ words: [String]) throws(UsageError) -> Wanted? {
        var wanted = Wanted()
        for word in words {
            switch word {
            case "--help", "-h": return nil
            case "--foreground": wanted.isForeground = true
            default:
                guard !word.hasPrefix("-") else {
                    throw UsageError(
                        unknown: word,
                        of: "gatehouse run",
                        among: ["--foreground"]
                    )
                }
                guard wanted.file == nil else {
                    throw UsageError("one entry file at a time", help: "it includes the others")
                }
                wanted.file = word
            }
        }
        return wanted
    }

    private static func configuration(
        _ entry: String,
        from record: FileRecord,
        isTried: Bool
    ) -> Configuration {
        do throws(Configuration.Refusal) {
            return try Configuration.read(entry, from: record, isTried: isTried)
        } catch {
            Terminal.fail(error.text + "\n", code: error.code)
        }
    }

    /// Gets what only whoever started it may get, gives up the right to it, and serves.
    private static func start(
        _ entry: String,
        isForeground: Bool,
        _ words: [String]
    ) throws(StartFailure) {
        let record = FileRecord()
        let configuration = configuration(entry, from: record, isTried: true)
        let count = configuration.warningCount
        if count > 0 {
            let noun = count == 1 ? "warning" : "warnings"
            Terminal.note("gatehouse: \(entry): \(count) \(noun); `gatehouse check` shows them")
        }
        Signals.hold()
        let process = configuration.settings.process
        if !isForeground { _ = linux_close_on_exec(STDERR_FILENO + 1) }
        DescriptorLimit.raise(beyondHardLimit: !isForeground)
        let account = try accountNamed(process.user)
        let patience = isForeground ? .milliseconds(0) : SupervisorBounds.bindPatience
        let bound = try Gateway.bind(configuration.settings, within: patience)
        var control: ControlSocket?
        do throws(StartFailure) {
            if let path = configuration.installation.controlPath {
                control = try ControlSocket.bind(path, for: account)
            }
            if let pidFile = process.pidFile { try PidFile.write(pidFile, for: account) }
            try account?.take()
            try Account.dropPrivileges()
        } catch {
            for address in bound { address.close() }
            control?.close()
            throw error
        }
        if isForeground {
            try serve(configuration, on: bound, control)
        } else {
            guard let snapshot = Snapshot(of: record) else {
                throw StartFailure(message: "the system has no memory left for the rules")
            }
            let first = Version(
                name: configuration.version,
                since: Int64(time(nil)),
                snapshot: snapshot
            )
            let standing = SupervisorLoop.Standing(configuration, bound, control)
            SupervisorLoop(standing, first, ["run"] + words).run()
        }
    }

    private static func serve(
        _ configuration: Configuration,
        on bound: [BoundAddress],
        _ control: ControlSocket?
    ) throws(StartFailure) {
        do throws(StartFailure) {
            try Foreground(configuration, on: bound, control).run()
        } catch {
            control?.close()
            throw naming(configuration.settings.process.user, error)
        }
    }

    private static func goOn(
        with inheritance: Inheritance,
        _ entry: String,
        _ words: [String]
    ) throws(StartFailure) {
        let handover = inheritance.handover
        guard let version = handover.versions.last, let record = version.snapshot.record() else {
            throw StartFailure(message: "the files that were to be handed over are not there")
        }
        let configuration = configuration(entry, from: record, isTried: false)
        switch inheritance.role {
        case .crew:
            version.snapshot.close()
            Signals.ignore()
            do throws(StartFailure) {
                try CrewLoop(configuration, from: handover, inheritance.channel).run()
            } catch {
                throw naming(configuration.settings.process.user, error)
            }
        case .supervisor:
            Signals.hold()
            inheritance.channel.close()
            guard let bound = handover.bound(namesAreOurs: true) else {
                throw StartFailure(message: "what the supervisor was handed is not there")
            }
            for version in handover.versions {
                _ = fcntl(version.snapshot.descriptor, F_SETFD, FD_CLOEXEC)
            }
            let control = configuration.installation.controlPath.flatMap {
                ControlSocket(inherited: handover.control, at: $0)
            }
            let standing = SupervisorLoop.Standing(configuration, bound, control)
            SupervisorLoop(standing, resuming: handover, ["run"] + words).run()
        }
    }

    /// What root could read and this user cannot is the first thing to think of.
    private static func naming(_ user: String?, _ failure: StartFailure) -> StartFailure {
        guard let user, !failure.message.contains("`\(user)`") else { return failure }
        return StartFailure(message: "\(failure.message) (as `\(user)`)")
    }

    private static func accountNamed(_ name: String?) throws(StartFailure) -> Account? {
        guard let name else { return nil }
        return try Account(named: name)
    }
}
