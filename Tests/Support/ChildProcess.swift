import Glibc
import Synchronization

/// A program that runs beside the test, with its output kept line by line.
public final class ChildProcess: Sendable {
    public struct NotStarted: Error, CustomStringConvertible {
        public let description: String

        public init(description: String) { self.description = description }
    }

    public enum Stream: Sendable { case output, error }

    public struct Output: Sendable {
        public var lines: [String] = []
        public var hasEnded = false
    }

    public let id: Int32
    private let output = Monitor(Output())
    private let errors = Monitor(Output())
    private let exit = Monitor<Int32?>(nil)

    public init(_ path: String, _ arguments: [String]) throws(NotStarted) {
        guard unsafe access(path, X_OK) == 0 else {
            throw NotStarted(description: "there is no program at \(path)")
        }
        let started = StreamSocket.inheritance.withLock { _ in
            Self.spawn(path, arguments)
        }
        guard let started else { throw NotStarted(description: "\(path) could not be started") }
        id = started.id
        Self.read(started.output, into: output)
        Self.read(started.errors, into: errors)
        Threads.start { [id, exit] in
            var status: Int32 = 0
            while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
            let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
            exit.withState { $0 = code }
        }
    }

    public func lines(of stream: Stream) -> [String] {
        monitor(stream).withState { $0.lines }
    }

    /// The lines that `holds` is true of, once there are so many or the time has run out.
    public func lines(
        of stream: Stream,
        atLeast count: Int,
        within limit: Duration = .seconds(5),
        where holds: (String) -> Bool
    ) -> [String] {
        monitor(stream).wait(atMost: limit) { output in
            output.hasEnded || output.lines.count(where: holds) >= count
        }
        return lines(of: stream).filter(holds)
    }

    public func send(signal: Int32) { kill(id, signal) }

    /// The exit code, or 128 and the signal; nil when it still runs after all.
    public func waitForExit(within limit: Duration) -> Int32? {
        exit.wait(atMost: limit) { $0 != nil }
        return exit.withState { $0 }
    }

    private func monitor(_ stream: Stream) -> Monitor<Output> {
        switch stream {
        case .output: output
        case .error: errors
        }
    }

    private struct Started {
        let id: pid_t
        let output: Int32
        let errors: Int32
    }

    private static func spawn(_ path: String, _ arguments: [String]) -> Started? {
        var output: [Int32] = [0, 0]
        var errors: [Int32] = [0, 0]
        guard unsafe pipe(&output) == 0, unsafe pipe(&errors) == 0 else { return nil }
        for descriptor in output + errors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors[1], 2)
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var id: pid_t = 0
        let failed = unsafe posix_spawn(&id, path, &actions, nil, &words, environ)
        close(output[1])
        close(errors[1])
        guard failed == 0 else { return nil }
        return Started(id: id, output: output[0], errors: errors[0])
    }

    private static func read(_ descriptor: Int32, into output: Monitor<Output>) {
        Threads.start {
            var unread: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                unread += chunk[..<count]
                while let end = unread.firstIndex(of: 0x0A) {
                    let line = String(decoding: unread[..<end], as: UTF8.self)
                    unread.removeSubrange(...end)
                    output.withState { $0.lines.append(line) }
                }
            }
            close(descriptor)
            output.withState { $0.hasEnded = true }
        }
    }
}
