import CLinux
import Glibc

/// One end of the line between a supervisor and a crew: whole packets, in order, never waited for.
///
/// Its end is noticed at the other side, however a process has died.
struct Channel: Equatable {
    /// What one packet may hold; the largest is a handover.
    static let packetByteMax = 128 << 10

    enum Receipt: Equatable {
        case packet([UInt8])
        case nothing
        case end
    }

    let descriptor: Int32

    /// Two ends that no other program inherits; nil when there are no descriptors left.
    static func pair() -> (Channel, Channel)? {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        return (Channel(descriptor: ends[0]), Channel(descriptor: ends[1]))
    }

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// The end that a number from outside names; nil if it names anything else.
    init?(named text: String) {
        guard text.utf8.count < 10, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
            let number = Int32(text), number > 2, Self.isPacketSocket(number)
        else { return nil }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        descriptor = number
    }

    /// False when the other side does not take it.
    @discardableResult
    func send(_ packet: [UInt8]) -> Bool {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        let count = unsafe packet.withUnsafeBytes {
            unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, flags)
        }
        return count == packet.count
    }

    func receive() -> Receipt {
        var room = [UInt8](repeating: 0, count: Self.packetByteMax)
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC)
        let count = unsafe recv(descriptor, &room, room.count, flags)
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        // A packet that does not fit is no word of ours, and whoever sends such is not listened to.
        guard count > 0, count <= room.count else { return .end }
        return .packet(Array(room[..<count]))
    }

    /// The same, after a wait for as long as that; without end when nil.
    func receive(within milliseconds: Int32?) -> Receipt {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&wanted, 1, milliseconds ?? -1) > 0 else { return .nothing }
        return receive()
    }

    func close() { Glibc.close(descriptor) }

    private static func isPacketSocket(_ descriptor: Int32) -> Bool {
        var kind: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &size) == 0
            && kind == Int32(SOCK_SEQPACKET.rawValue)
    }
}
