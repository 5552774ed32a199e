import Foundation
import Glibc
import Synchronization

/// Every process the benchmark started, and the folder it all happens in.
///
/// Nothing outlives the benchmark: on a normal end, on trouble and on Ctrl-C each process is ended
/// by its own id, with the children it has, and the folder is removed. Should the driver itself be
/// killed, the kernel passes a SIGTERM on (`setpriv --pdeathsig`).
final class Roster: Sendable {
    let folder: String
    private let running = Mutex<[Child]>([])

    init() throws(Trouble) {
        folder = try Self.makeFolder()
    }

    /// Starts a program on the cores named, its output appended to `NAME.out` in the folder.
    func start(_ name: String, on cores: String, _ command: [String]) throws(Trouble) -> Child {
        try running.withLock { (children) throws(Trouble) in
            let child = try Child(name, cores: cores, command, output: path("\(name).out"))
            children.append(child)
            return child
        }
    }

    /// Ends one process and all its children, and forgets it.
    func end(_ child: Child) {
        running.withLock { children in
            child.end()
            children.removeAll { $0.pid == child.pid }
        }
    }

    func endAll() {
        running.withLock { children in
            for child in children.reversed() { child.end() }
            children = []
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// From here on Ctrl-C, SIGTERM and SIGHUP end everything and then the driver.
    ///
    /// The signals are blocked everywhere and taken by one thread, so that the clearing up is
    /// ordinary code and not a signal handler.
    func endOnSignals() {
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&wanted, number) }
        pthread_sigmask(SIG_BLOCK, &wanted, nil)
        let signals = wanted
        Thread.detachNewThread {
            var signals = signals
            var number: Int32 = 0
            sigwait(&signals, &number)
            self.endAll()
            _exit(128 + number)
        }
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ text: String, to name: String) throws(Trouble) -> String {
        let path = path(name)
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
            throw Trouble.system("writing \(path)")
        }
        return path
    }

    /// Memory rather than a disk, when it has room: the logs of a run are some hundred megabytes.
    private static func makeFolder() throws(Trouble) -> String {
        var space = statvfs()
        let inMemory =
            statvfs("/dev/shm", &space) == 0
            && UInt64(space.f_bavail) * UInt64(space.f_bsize) > 1 << 30
        var template = Array("\(inMemory ? "/dev/shm" : "/tmp")/bench-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Trouble.system("making a folder") }
        return String(cString: made)
    }
}
