/// A crew's word to its supervisor.
enum Report: Equatable {
    /// Every worker accepts connections; the files it runs on come with it.
    case ready(version: String)
    /// What has come of a reload, or of a way back; the files come with it unless it was refused.
    case reloaded(ReloadOutcome)
    case status(CrewStatus)
    /// A switch was found turned.
    case switched(String, isOn: Bool)

    var packet: [UInt8] {
        var writer = PacketWriter()
        switch self {
        case .ready(let version):
            writer.append(UInt8(1))
            writer.append(version)
        case .reloaded(let outcome):
            writer.append(UInt8(2))
            outcome.append(to: &writer)
        case .status(let status):
            writer.append(UInt8(3))
            status.append(to: &writer)
        case .switched(let name, let isOn):
            writer.append(UInt8(4))
            writer.append(name)
            writer.append(isOn)
        }
        return writer.bytes
    }

    init?(_ packet: [UInt8]) {
        var reader = PacketReader(packet)
        switch reader.number(UInt8.self) {
        case 1:
            guard let version = reader.text() else { return nil }
            self = .ready(version: version)
        case 2:
            guard let outcome = ReloadOutcome(&reader) else { return nil }
            self = .reloaded(outcome)
        case 3:
            guard let status = CrewStatus(&reader) else { return nil }
            self = .status(status)
        case 4:
            guard let name = reader.text(), let isOn = reader.flag() else { return nil }
            self = .switched(name, isOn: isOn)
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }
}

/// What has come of a reload.
struct ReloadOutcome: Equatable {
    enum Kind: UInt8 {
        case installed = 1
        /// Nothing has changed.
        case refused
        /// Another crew has to be started for it.
        case needsRelief
    }

    var kind: Kind
    /// The version that runs, or is to.
    var version = ""
    /// What whoever asked is told.
    var text = ""
    /// Codes of what was wrong.
    var codes: [String] = []

    static func refused(_ text: String, codes: [String] = []) -> ReloadOutcome {
        ReloadOutcome(kind: .refused, text: text, codes: codes)
    }

    init(kind: Kind, version: String = "", text: String, codes: [String] = []) {
        self.kind = kind
        self.version = version
        self.text = text
        self.codes = codes
    }

    func append(to writer: inout PacketWriter) {
        writer.append(kind.rawValue)
        writer.append(version)
        writer.append(long: text)
        writer.append(codes)
    }

    init?(_ reader: inout PacketReader) {
        guard let number = reader.number(UInt8.self), let kind = Kind(rawValue: number),
            let version = reader.text(), let text = reader.longText(), let codes = reader.texts()
        else { return nil }
        self.init(kind: kind, version: version, text: text, codes: codes)
    }
}

/// What a crew knows of itself.
struct CrewStatus: Equatable {
    var version = ""
    var connectionCount: UInt32 = 0
    /// Each in a sentence.
    var exceptions: [String] = []
    var lists: [String] = []
    var switches: [String] = []

    func append(to writer: inout PacketWriter) {
        writer.append(version)
        writer.append(connectionCount)
        writer.append(exceptions)
        writer.append(lists)
        writer.append(switches)
    }

    init() {}

    init?(_ reader: inout PacketReader) {
        guard let version = reader.text(), let count = reader.number(UInt32.self),
            let exceptions = reader.texts(), let lists = reader.texts(),
            let switches = reader.texts()
        else { return nil }
        self.version = version
        connectionCount = count
        self.exceptions = exceptions
        self.lists = lists
        self.switches = switches
    }
}
