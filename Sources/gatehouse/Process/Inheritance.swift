import Gateway
import Glibc

/// A handover that another process of this program has left for this one.
struct Inheritance {
    enum Role: String { case crew, supervisor }

    let role: Role
    let handover: Handover
    let channel: Channel

    /// Takes it, so that no further process finds the way to it; nil when there is none.
    static func take() throws(StartFailure) -> Inheritance? {
        guard let value = unsafe getenv(Handover.variable) else { return nil }
        let words = unsafe String(cString: value).split(separator: ":", maxSplits: 1)
        unsafe unsetenv(Handover.variable)
        guard words.count == 2, let role = Role(rawValue: String(words[0])),
            let channel = Channel(named: String(words[1])),
            case .packet(let packet) = channel.receive(), let handover = Handover(packet)
        else {
            throw StartFailure(message: "\(Handover.variable) leads to no handover of this version")
        }
        return Inheritance(role: role, handover: handover, channel: channel)
    }
}
