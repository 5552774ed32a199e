import Foundation
import Glibc

/// One process we started: its id, its output and its end.
///
/// It runs in a process group of its own, so that Ctrl-C reaches the driver alone and the end of
/// all others is the roster's work.
struct Child: Sendable {
    let name: String
    let pid: pid_t
    let output: String

    init(_ name: String, cores: String, _ command: [String], output: String) throws(Trouble) {
        self.name = name
        self.output = output
        let words = ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", cores] + command
        pid = try Self.spawn(words, output: output)
    }

    private static func spawn(_ words: [String], output: String) throws(Trouble) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &pipe)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, words[0], &actions, &attributes, &arguments, environ)
        guard code == 0 else {
            throw Trouble("cannot start \(words[0]): \(String(cString: strerror(code)))")
        }
        return pid
    }

    /// Whether it has ended already; its status is collected then.
    var hasEnded: Bool { waitpid(pid, nil, WNOHANG) != 0 }

    /// Waits for a program that ends by itself.
    func wait() throws(Trouble) {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { throw Trouble.system("waiting for \(name)") }
        }
        guard status == 0 else { throw Trouble("\(name) failed: \(lastWords)") }
    }

    /// Asks it to stop, asks again after two seconds, and after three leaves it no choice.
    func end() {
        let tree = ProcessTree(of: pid).pids
        for second in 0..<3 {
            if second != 1 { kill(pid, SIGTERM) }
            for _ in 0..<100 {
                if hasEnded { return }
                usleep(10_000)
            }
        }
        for pid in tree { kill(pid, SIGKILL) }
        waitpid(pid, nil, 0)
    }

    /// The end of its output, for a message.
    var lastWords: String {
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(3).joined(separator: " / ")
    }
}
