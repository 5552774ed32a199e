import Foundation
import Testing

@testable import Telemetry

struct LogBufferTests {
    private let drops = DropCount()
    private let doorbell: Doorbell

    init() throws {
        doorbell = try Doorbell()
    }

    private func buffer(byteCountMax: Int) -> LogBuffer {
        LogBuffer(byteCountMax: byteCountMax, doorbell: doorbell, drops: drops)
    }

    private func take(from buffer: LogBuffer, isLast: Bool = false) -> [UInt8] {
        var batch: [UInt8] = []
        buffer.exchange(&batch, isLast: isLast)
        return batch
    }

    private var lineByteCount: Int {
        let buffer = buffer(byteCountMax: 4096)
        buffer.append(path: "/x")
        return take(from: buffer).count
    }

    @Test func `a full buffer drops whole records and counts each`() throws {
        let buffer = buffer(byteCountMax: lineByteCount * 10 + 1)

        for _ in 0..<25 { buffer.append(path: "/x") }

        let batch = take(from: buffer)
        #expect(batch.count == lineByteCount * 10)
        #expect(try lines(in: Data(batch)).count == 10)
        #expect(drops.value == 15)
    }

    @Test func `a record that fills the buffer to its last byte is kept`() {
        let buffer = buffer(byteCountMax: lineByteCount)

        buffer.append(path: "/x")

        #expect(take(from: buffer).count == lineByteCount)
        #expect(drops.value == 0)
    }

    @Test func `an emptied buffer takes records again`() {
        let buffer = buffer(byteCountMax: lineByteCount)
        buffer.append(path: "/x")
        _ = take(from: buffer)

        #expect(buffer.isEmpty)
        buffer.append(path: "/x")

        #expect(!buffer.isEmpty)
        #expect(drops.value == 0)
    }

    @Test func `a buffer that becomes half full rings once, though nobody listens`() {
        let buffer = buffer(byteCountMax: lineByteCount * 4)

        buffer.append(path: "/x")
        #expect(!doorbell.wait(milliseconds: 0))
        #expect(!buffer.isPressing)

        buffer.append(path: "/x")
        #expect(doorbell.wait(milliseconds: 0))
        #expect(buffer.isPressing)

        doorbell.sleep { true }
        buffer.append(path: "/x")
        #expect(!doorbell.wait(milliseconds: 0))
    }

    @Test func `after the last exchange every record is dropped and counted`() {
        let buffer = buffer(byteCountMax: 4096)
        _ = take(from: buffer, isLast: true)

        buffer.append(path: "/x")

        #expect(take(from: buffer).isEmpty)
        #expect(drops.value == 1)
    }
}
