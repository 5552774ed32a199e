import Crypto
import TestSupport
import Testing
import Transport

@testable import gatehouse

/// What one process leaves to the next, as bytes.
struct HandoverTests {
    private let whole: Handover = {
        let file = SocketFile(device: 1, number: .max, seconds: -2, nanoseconds: 999_999_999)
        var handover = Handover(
            secret: ProcessSecret(),
            places: [
                .init(address: "127.0.0.1:8080", descriptors: [3, 4], file: nil),
                .init(address: "unix:/run/a b\n.sock", descriptors: [5, 6], file: file),
            ]
        )
        handover.crews = [
            .init(id: 4000, stage: .draining(by: Instant(milliseconds: 77))),
            .init(id: 4001, stage: .dismissed(by: Instant(milliseconds: 78))),
            .init(id: 4002, stage: .serving(since: Instant(milliseconds: .max))),
            .init(id: 4003, stage: .condemned),
        ]
        handover.versions = [
            Version(name: "r-00000001", since: 1, snapshot: Snapshot(descriptor: 11)),
            Version(name: "r-00000002", since: -2, snapshot: Snapshot(descriptor: 12)),
        ]
        handover.control = 13
        handover.channels = [
            4000: Channel(descriptor: 9), 4002: Channel(descriptor: 10),
        ]
        return handover
    }()

    @Test func `what is written is read again`() throws {
        #expect(try #require(Handover(whole.packet)) == whole)
    }

    @Test func `a packet that is cut anywhere is no handover`() {
        let packet = whole.packet
        for count in packet.indices { #expect(Handover(Array(packet[..<count])) == nil) }
        #expect(Handover(packet + [0]) == nil)
    }

    @Test func `a form that is not known is refused`() {
        var packet = whole.packet
        packet[0] &+= 1

        #expect(Handover(packet) == nil)
    }

    @Test func `any bytes at all are read or refused, and nothing else`() {
        var random = SeededRandom(3)
        let packet = whole.packet
        for _ in 0..<20_000 {
            var broken = packet
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                broken[.random(in: broken.indices, using: &random)] = .random(
                    in: 0...255,
                    using: &random
                )
            }
            _ = Handover(broken)
            _ = Order(broken)
            _ = Report(broken)
        }
    }

    @Test func `descriptors that listen to nothing are not taken over`() {
        let handover = Handover(
            secret: ProcessSecret(),
            places: [.init(address: "127.0.0.1:8080", descriptors: [0], file: nil)]
        )
        #expect(handover.bound(namesAreOurs: true) == nil)
        #expect(Handover(secret: ProcessSecret(), places: []).bound(namesAreOurs: true) == nil)
    }

    @Test func `a listening socket is taken over for the address it has, and for no other`() throws
    {
        let any = try #require(SocketAddress("127.0.0.1:0"))
        let bound = try BoundAddress.bind(any, workers: 2)
        defer { bound.close() }

        let handover = Handover(ProcessSecret(), [bound])
        #expect(handover.bound(namesAreOurs: true)?.first?.address == bound.address)

        let other = Handover(
            secret: ProcessSecret(),
            places: [.init(address: "127.0.0.1:1", descriptors: bound.descriptors, file: nil)]
        )
        #expect(other.bound(namesAreOurs: true) == nil)
    }

    @Test func `a secret is 32 bytes, never the same, and never shown`() {
        let secret = ProcessSecret()

        #expect(secret.bytes.count == 32 && secret != ProcessSecret())
        #expect("\(secret)" == "‹secret›" && String(reflecting: secret) == "‹secret›")
        var dumped = ""
        dump(whole, to: &dumped)
        #expect(!dumped.contains("\(whole.secret.bytes[0]), \(whole.secret.bytes[1])"))
    }

    @Test(arguments: [
        Order.drain(leavingQueues: true, within: .seconds(3600)),
        .drain(leavingQueues: false, within: .milliseconds(0)), .end, .reload,
        .reopen, .rollBack("r-c04be866"), .tellStatus,
    ])
    func `orders arrive as they were given`(order: Order) {
        #expect(Order(order.packet) == order)
        #expect(Order(order.packet + [0]) == nil)
        #expect(Order(Array(order.packet.dropLast())) == nil)
    }

    private static let status: CrewStatus = {
        var status = CrewStatus()
        status.version = "r-1"
        status.connectionCount = 7
        status.exceptions = ["allow … to skip reading ends in 3 days", ""]
        status.switches = ["maintenance is on"]
        return status
    }()

    @Test(arguments: [
        Report.ready(version: "r-7f3a91c2"),
        .reloaded(ReloadOutcome(kind: .installed, version: "r-2", text: "read again")),
        .reloaded(.refused(String(repeating: "é", count: 40_000), codes: ["E0101", "E0302"])),
        .switched("maintenance", isOn: true), .status(status),
    ])
    func `so do reports`(report: Report) {
        #expect(Report(report.packet) == report)
        #expect(Report(report.packet + [0]) == nil)
        #expect(Report([]) == nil)
    }
}
