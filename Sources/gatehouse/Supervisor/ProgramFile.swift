import CLinux
import Glibc

/// The file this program was started from, and how it is started again.
struct ProgramFile {
    struct NotStarted: Error { let why: String }

    /// The name of the file, which may hold another program by now.
    let path: String

    /// The name it was called by, if that is a whole path, so that a link may be turned to a new version;
    /// else the name the kernel knows.
    init() {
        let called = CommandLine.arguments.first ?? ""
        if called.hasPrefix("/"), Self.identity(called) == Self.identity(Self.running) {
            path = called
            return
        }
        let known = Self.target(of: Self.running)
        let deleted = " (deleted)"
        let isGone = known.hasSuffix(deleted) && Self.identity(known) == nil
        path = isGone ? String(known.dropLast(deleted.count)) : known
    }

    /// The kernel's own way to the program that runs, wherever its file has gone.
    private static let running = "/proc/self/exe"

    /// Everything from the environment but what is for the supervisor alone, and where the handover waits.
    static func environment(
        handingOver channel: Channel,
        asSupervisor isSupervisor: Bool = false
    ) -> [String] {
        let kept = variables().filter {
            !$0.hasPrefix(Handover.variable + "=")
                && (isSupervisor || !$0.hasPrefix(Systemd.variable + "="))
        }
        let role = isSupervisor ? "supervisor" : "crew"
        return kept + ["\(Handover.variable)=\(role):\(channel.descriptor)"]
    }

    /// Starts it as another process, in a group of its own: what a terminal says is for the supervisor.
    func start(
        _ image: Supervisor.Image,
        _ words: [String],
        _ environment: [String],
        keeping descriptors: [Int32]
    ) throws(NotStarted) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor in descriptors {
            // Onto itself: that alone takes the mark from it that closes it.
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, descriptor)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        let file = image == .running ? Self.running : path
        let arguments = TextList([path] + words)
        let variables = TextList(environment)
        var id: pid_t = 0
        let code = unsafe posix_spawn(
            &id,
            file,
            &actions,
            &attributes,
            arguments.pointers,
            variables.pointers
        )
        guard code == 0 else {
            throw NotStarted(why: "\(path) cannot be started: \(Self.text(of: code))")
        }
        return id
    }

    /// Goes on as the program in the file; comes back only to say why not.
    func replaceSelf(
        _ words: [String],
        _ environment: [String],
        keeping descriptors: [Int32]
    ) -> String {
        let arguments = TextList([path] + words)
        let variables = TextList(environment)
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, 0) }
        unsafe execve(path, arguments.pointers, variables.pointers)
        let why = Self.text(of: errno)
        _ = linux_close_on_exec(STDERR_FILENO + 1)
        return "\(path) cannot be started: \(why)"
    }

    private static func text(of code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }

    private static func target(of link: String) -> String {
        var room = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe room.withUnsafeMutableBytes { room -> Int in
            guard let start = room.baseAddress else { return 0 }
            return unsafe readlink(link, start, room.count)
        }
        return String(decoding: room.prefix(max(count, 0)), as: UTF8.self)
    }

    private static func identity(_ path: String) -> [UInt]? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return [UInt(status.st_dev), UInt(status.st_ino)]
    }

    private static func variables() -> [String] {
        var variables: [String] = []
        var next = unsafe environ
        while let variable = unsafe next.pointee {
            variables.append(unsafe String(cString: variable))
            unsafe next += 1
        }
        return variables
    }
}

/// Texts as the kernel takes them: a list of pointers, with nothing at its end.
@safe
private final class TextList {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        unsafe pointers = .allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() {
            unsafe (pointers + index).initialize(to: strdup(text))
        }
        unsafe (pointers + texts.count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
}
