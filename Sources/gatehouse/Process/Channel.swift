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
    ///
    /// - passed: goes with it, as a descriptor of the other side's own.
    @discardableResult
    func send(_ packet: [UInt8], passing passed: Int32 = -1) -> Bool {
        unsafe linux_send_passing(descriptor, packet, UInt(packet.count), passed) == packet.count
    }

    func receive() -> Receipt {
        var passed: Int32 = -1
        let receipt = receive(passed: &passed)
        if passed >= 0 { Glibc.close(passed) }
        return receipt
    }

    /// The same; `passed` is the descriptor that came with the packet, or below zero.
    func receive(passed: inout Int32) -> Receipt {
        var room = [UInt8](repeating: 0, count: Self.packetByteMax)
        let count = unsafe linux_receive_passed(descriptor, &room, UInt(room.count), &passed)
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        // A packet that does not fit is no word of ours, and whoever sends such is not listened to.
        guard count > 0, count <= room.count else { return .end }
        return .packet(Array(room[..<count]))
    }

    /// The same, after a wait for as long as that; without end when nil.
    func receive(within milliseconds: Int32?, passed: inout Int32) -> Receipt {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&wanted, 1, milliseconds ?? -1) > 0 else { return .nothing }
        return receive(passed: &passed)
    }

    func close() { Glibc.close(descriptor) }

    private static func isPacketSocket(_ descriptor: Int32) -> Bool {
        var kind: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &size) == 0
            && kind == Int32(SOCK_SEQPACKET.rawValue)
    }
}
