import CLinux
import Gateway
import Glibc
import Transport

/// What somebody wants of a running gateway.
enum ControlRequest: Equatable {
    case reload
    /// To the version of this name, or to the one before.
    case rollBack(String?)
    case status(StatusPage.Format)

    var text: String {
        switch self {
        case .reload: "reload"
        case .rollBack(let name): name.map { "rollback \($0)" } ?? "rollback"
        case .status(let format): "status \(format.rawValue)"
        }
    }

    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("reload", 1): self = .reload
        case ("rollback", 1): self = .rollBack(nil)
        case ("rollback", 2): self = .rollBack(words[1])
        case ("status", 2):
            guard let format = StatusPage.Format(rawValue: words[1]) else { return nil }
            self = .status(format)
        default: return nil
        }
    }
}

/// The socket through which a running gateway is asked and told, by its own user and by root alone.
struct ControlSocket {
    let path: String
    let descriptor: Int32
    private let file: SocketFile?

    /// - owner: who the program goes on as.
    static func bind(_ path: String, for owner: Account?) throws(StartFailure) -> ControlSocket {
        let kind = Int32(SOCK_SEQPACKET.rawValue) | socketFlags
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw failure(path) }
        // Nobody else may connect, from the first moment on.
        let mask = umask(0o177)
        var bound = unsafe UnixPath.with(path) { unsafe Glibc.bind(descriptor, $0, $1) }
        if bound != 0, errno == EADDRINUSE, isLeftOver(path) {
            _ = unsafe unlink(path)
            bound = unsafe UnixPath.with(path) { unsafe Glibc.bind(descriptor, $0, $1) }
        }
        let code = errno
        umask(mask)
        errno = code
        guard bound == 0, listen(descriptor, 16) == 0 else {
            let failure = failure(path)
            Glibc.close(descriptor)
            throw failure
        }
        if let owner { _ = unsafe chown(path, owner.id, owner.group) }
        return ControlSocket(path: path, descriptor: descriptor, file: SocketFile(path))
    }

    private init(path: String, descriptor: Int32, file: SocketFile?) {
        self.path = path
        self.descriptor = descriptor
        self.file = file
    }

    /// The one another program of this process has left.
    init?(inherited descriptor: Int32, at path: String) {
        guard descriptor > 2, let file = SocketFile(path) else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.init(path: path, descriptor: descriptor, file: file)
    }

    /// Whoever wants something next.
    func accept() -> Asker? {
        let taken = Glibc.accept(descriptor, nil, nil)
        guard taken >= 0 else { return nil }
        _ = fcntl(taken, F_SETFD, FD_CLOEXEC)
        var (process, user): (Int32, UInt32) = (0, 0)
        guard unsafe linux_peer(taken, &process, &user) == 0, user == 0 || user == geteuid() else {
            Glibc.close(taken)
            return nil
        }
        return Asker(
            channel: Channel(descriptor: taken),
            name: "uid \(user), process \(process)",
            end: PreciseClock.now() + Asker.patience
        )
    }

    func close() {
        Glibc.close(descriptor)
        if let file, SocketFile(path) == file { _ = unsafe unlink(path) }
    }

    static func noVersion(_ name: String?, _ history: VersionHistory) -> String {
        let known = history.all.map(\.name).joined(separator: ", ")
        guard let name else { return "gatehouse: there was no version before this one" }
        return "gatehouse: there is no version `\(name)`; kept are \(known)"
    }

    private static func isLeftOver(_ path: String) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
            return false
        }
        let kind = Int32(SOCK_SEQPACKET.rawValue) | socketFlags
        let descriptor = socket(AF_UNIX, kind, 0)
        defer { Glibc.close(descriptor) }
        let code = unsafe UnixPath.with(path) { unsafe connect(descriptor, $0, $1) }
        let isLeft = code != 0 && errno == ECONNREFUSED
        errno = EADDRINUSE
        return isLeft
    }

    private static func failure(_ path: String) -> StartFailure {
        let why = unsafe String(cString: strerror(errno))
        return StartFailure(message: "cannot open the control socket \(path): \(why)")
    }
}

/// Somebody at the control socket, who has asked or is about to.
struct Asker: Equatable {
    /// How long a request may take to come.
    static let patience = Patience.seconds(5)
    /// How many may be there at a time.
    static let countMax = 16

    let channel: Channel
    /// Who it is, for the audit.
    let name: String
    private let end: Instant

    init(channel: Channel, name: String, end: Instant) {
        self.channel = channel
        self.name = name
        self.end = end
    }

    /// What it asks: nothing yet, or no longer anything, or a request.
    func request() -> ControlRequest?? {
        switch channel.receive() {
        case .nothing: return PreciseClock.now() < end ? nil : .some(nil)
        case .end: return .some(nil)
        case .packet(let packet):
            return .some(ControlRequest(String(decoding: packet, as: UTF8.self)))
        }
    }

    /// Answers and lets go.
    func reply(code: UInt8, _ text: String) {
        channel.send([code] + Array(text.utf8.prefix(Channel.packetByteMax - 1)))
        channel.close()
    }

    func leave() { channel.close() }
}

/// A gateway that runs, from outside.
enum Control {
    struct Silent: Error { let why: String }

    /// For a reload to be over; it compiles, tests and may start another process.
    private static let patience: Int32 = 60_000

    static func ask(
        _ request: ControlRequest,
        at path: String
    ) throws(Silent) -> (code: Int32, text: String) {
        let descriptor = socket(
            AF_UNIX,
            Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        let channel = Channel(descriptor: descriptor)
        defer { channel.close() }
        guard descriptor >= 0,
            unsafe UnixPath.with(path, { unsafe connect(descriptor, $0, $1) }) == 0
        else {
            let why = unsafe String(cString: strerror(errno))
            throw Silent(why: "no gateway answers at \(path): \(why)")
        }
        channel.send(Array(request.text.utf8))
        var passed: Int32 = -1
        let receipt = channel.receive(within: patience, passed: &passed)
        if passed >= 0 { Glibc.close(passed) }
        guard case .packet(let packet) = receipt, let code = packet.first else {
            throw Silent(why: "the gateway at \(path) has not answered")
        }
        return (Int32(code), String(decoding: packet.dropFirst(), as: UTF8.self))
    }
}

/// A path as the kernel wants it for a Unix socket.
enum UnixPath {
    static func with(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            errno = ENAMETOOLONG
            return -1
        }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let count = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + 1)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, count)
            }
        }
    }
}

/// Never waited for, and no other program inherits it.
private let socketFlags =
    Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
