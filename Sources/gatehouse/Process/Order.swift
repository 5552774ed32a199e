import Transport

/// A supervisor's word to a crew.
enum Order: Equatable {
    /// - leavingQueues: another crew accepts from the same sockets.
    case drain(leavingQueues: Bool, within: Patience)
    case end
    case reload

    var packet: [UInt8] {
        var writer = PacketWriter()
        switch self {
        case .drain(let leavingQueues, let patience):
            writer.append(UInt8(1))
            writer.append(leavingQueues)
            writer.append(UInt32(clamping: patience.wholeMilliseconds))
        case .end: writer.append(UInt8(2))
        case .reload: writer.append(UInt8(3))
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
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }
}

/// A crew's word to its supervisor.
enum Report: Equatable {
    /// Every worker accepts connections.
    case ready
    /// What was to be read again has been, or stays as it was.
    case reloaded(whole: Bool)

    var packet: [UInt8] {
        switch self {
        case .ready: [1]
        case .reloaded(let isWhole): [2, isWhole ? 1 : 0]
        }
    }

    init?(_ packet: [UInt8]) {
        switch packet {
        case [1]: self = .ready
        case [2, 0]: self = .reloaded(whole: false)
        case [2, 1]: self = .reloaded(whole: true)
        default: return nil
        }
    }
}
