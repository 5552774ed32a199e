import Transport

/// A supervisor's word to a crew.
enum Order: Equatable {
    /// - leavingQueues: another crew accepts from the same sockets.
    case drain(leavingQueues: Bool, within: Patience)
    case end
    /// Reads the files again, all of them or none.
    case reload
    /// Opens the log anew, and nothing else: a crew that drains keeps its version.
    case reopen
    /// Goes on with the version whose snapshot comes with it.
    case rollBack(String)
    case tellStatus

    var packet: [UInt8] {
        var writer = PacketWriter()
        switch self {
        case .drain(let leavingQueues, let patience):
            writer.append(UInt8(1))
            writer.append(leavingQueues)
            writer.append(UInt32(clamping: patience.wholeMilliseconds))
        case .end: writer.append(UInt8(2))
        case .reload: writer.append(UInt8(3))
        case .reopen: writer.append(UInt8(4))
        case .rollBack(let version):
            writer.append(UInt8(5))
            writer.append(version)
        case .tellStatus: writer.append(UInt8(6))
        }
        return writer.bytes
    }

    init?(_ packet: [UInt8]) {
        var reader = PacketReader(packet)
        switch reader.number(UInt8.self) {
        case 1:
            guard let leavingQueues = reader.flag(), let time = reader.number(UInt32.self) else {
                return nil
            }
            self = .drain(leavingQueues: leavingQueues, within: .milliseconds(Int(time)))
        case 2: self = .end
        case 3: self = .reload
        case 4: self = .reopen
        case 5:
            guard let version = reader.text() else { return nil }
            self = .rollBack(version)
        case 6: self = .tellStatus
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }
}
