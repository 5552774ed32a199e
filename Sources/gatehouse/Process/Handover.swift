import Crypto
import Transport

/// What one process leaves to the next: sockets, the secret, and the crews that are at work.
///
/// It is the first packet of a channel, whose number stands in the environment; the rest would be read there
/// by others. A program that does not know this form ends at once, and nobody has lost anything:
/// the one that started it goes on.
struct Handover: Equatable {
    static let variable = "GATEHOUSE_HANDOVER"
    /// Changes with every change below.
    private static let form: UInt32 = 0x4748_0002
    private static let secretByteCount = 32

    /// One address that is listened on.
    struct Place: Equatable {
        let address: String
        /// One for each worker.
        let descriptors: [Int32]
        let file: SocketFile?
    }

    var secret: ProcessSecret
    var places: [Place]
    /// The version to run is the last; a crew is given no other.
    var versions: [Version] = []
    /// Where the program is asked and told; for a supervisor alone.
    var control: Int32 = -1
    /// Empty for a crew; those of a supervisor that goes on as another program.
    var crews: [Supervisor.Crew] = []
    /// Where each of them is spoken to.
    var channels: [Int32: Channel] = [:]

    var packet: [UInt8] {
        var writer = PacketWriter()
        writer.append(Self.form)
        writer.append(raw: secret.bytes)
        writer.append(UInt16(clamping: places.count))
        for place in places {
            writer.append(place.address)
            writer.append(UInt16(clamping: place.descriptors.count))
            for descriptor in place.descriptors { writer.append(descriptor) }
            writer.append(place.file != nil)
            guard let file = place.file else { continue }
            writer.append(file.device)
            writer.append(file.number)
            writer.append(file.seconds)
            writer.append(file.nanoseconds)
        }
        writer.append(UInt16(clamping: versions.count))
        for version in versions {
            writer.append(version.name)
            writer.append(version.since)
            writer.append(version.snapshot.descriptor)
        }
        writer.append(control)
        writer.append(UInt16(clamping: crews.count))
        for crew in crews {
            writer.append(crew.id)
            writer.append(channels[crew.id]?.descriptor ?? -1)
            crew.stage.append(to: &writer)
        }
        return writer.bytes
    }

    init(secret: ProcessSecret, places: [Place]) {
        self.secret = secret
        self.places = places
    }

    init?(_ packet: [UInt8]) {
        var reader = PacketReader(packet)
        guard reader.number() == Self.form, let bytes = reader.raw(Self.secretByteCount),
            let secret = ProcessSecret(handedOver: bytes),
            let placeCount = reader.number(UInt16.self)
        else { return nil }
        self.secret = secret
        places = []
        for _ in 0..<placeCount {
            guard let place = Self.place(&reader) else { return nil }
            places.append(place)
        }
        guard let versionCount = reader.number(UInt16.self) else { return nil }
        for _ in 0..<versionCount {
            guard let name = reader.text(), let since = reader.number(Int64.self),
                let descriptor = reader.number(Int32.self), descriptor > 2
            else { return nil }
            let snapshot = Snapshot(descriptor: descriptor)
            versions.append(Version(name: name, since: since, snapshot: snapshot))
        }
        guard let control = reader.number(Int32.self), control >= -1 else { return nil }
        self.control = control
        guard let crewCount = reader.number(UInt16.self) else { return nil }
        for _ in 0..<crewCount {
            guard let id = reader.number(Int32.self), id > 1,
                let channel = reader.number(Int32.self), channel >= -1,
                let stage = Supervisor.Stage(&reader)
            else { return nil }
            crews.append(Supervisor.Crew(id: id, stage: stage))
            if channel >= 0 { channels[id] = Channel(descriptor: channel) }
        }
        guard reader.isAtEnd else { return nil }
    }

    private static func place(_ reader: inout PacketReader) -> Place? {
        guard let address = reader.text(), let count = reader.number(UInt16.self) else {
            return nil
        }
        var descriptors: [Int32] = []
        for _ in 0..<count {
            guard let descriptor = reader.number(Int32.self), descriptor > 2 else { return nil }
            descriptors.append(descriptor)
        }
        guard let hasFile = reader.flag() else { return nil }
        guard hasFile else { return Place(address: address, descriptors: descriptors, file: nil) }
        guard let device = reader.number(UInt64.self), let number = reader.number(UInt64.self),
            let seconds = reader.number(Int64.self), let nanoseconds = reader.number(Int64.self)
        else { return nil }
        let file = SocketFile(
            device: device,
            number: number,
            seconds: seconds,
            nanoseconds: nanoseconds
        )
        return Place(address: address, descriptors: descriptors, file: file)
    }
}

extension Handover {
    /// What listens, for another process to take over.
    init(_ secret: ProcessSecret, _ bound: [BoundAddress]) {
        self.init(
            secret: secret,
            places: bound.map {
                Place(address: $0.address.text, descriptors: $0.descriptors, file: $0.file)
            }
        )
    }

    /// The sockets, once the kernel says that they are what they are said to be.
    ///
    /// - namesAreOurs: this process takes the names of Unix sockets away at the end.
    func bound(namesAreOurs: Bool) -> [BoundAddress]? {
        guard let count = places.first?.descriptors.count, count > 0 else { return nil }
        var bound: [BoundAddress] = []
        for place in places {
            guard place.descriptors.count == count, let address = SocketAddress(place.address),
                let taken = BoundAddress(
                    inherited: place.descriptors,
                    at: address,
                    namesAreOurs ? place.file : nil
                )
            else { return nil }
            bound.append(taken)
        }
        return bound
    }
}
