import CLinux
import Glibc
import Transport

/// What systemd is told of us, as sd_notify(3) has it: a few lines in one datagram.
///
/// Nobody listens where the program was started by hand, and that nobody does is no failure.
struct Systemd {
    static let variable = "NOTIFY_SOCKET"

    private let path: String

    init() {
        path = unsafe getenv(Self.variable).map { unsafe String(cString: $0) } ?? ""
    }

    func tell(_ announcement: Supervisor.Announcement) {
        switch announcement {
        case .ready(let status): send("READY=1\nMAINPID=\(getpid())\nSTATUS=\(status)")
        case .reloading:
            let microseconds = PreciseClock.nanoseconds() / 1000
            send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)\nSTATUS=reading again")
        case .stopping: send("STOPPING=1\nSTATUS=draining")
        }
    }

    private func send(_ text: String) {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard let first = bytes.first, first == 0x2f || first == 0x40, bytes.count < room else {
            return
        }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        // An abstract name is written with an @ and begins with a zero.
        if first == 0x40 { address.sun_path.0 = 0 }
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let count = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let message = Array(text.utf8)
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                return unsafe sendto(descriptor, message, message.count, flags, address, count)
            }
        }
    }
}
