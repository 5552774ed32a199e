import TestSupport
import Testing

@testable import Vocabulary

struct ByteBufferTests {
    private let pool = BlockPool()

    private func buffer(_ held: String) -> ByteBuffer {
        var buffer = ByteBuffer(.head, from: pool)
        buffer.append(text: held)
        return buffer
    }

    @Test func `an empty buffer holds no memory`() {
        let buffer = ByteBuffer()

        let facts = (buffer.capacity, buffer.count, buffer.isEmpty, text(buffer.bytes))
        #expect(facts == (0, 0, true, ""))
    }

    @Test func `what is appended at the end is read at the front`() {
        var buffer = ByteBuffer()
        buffer.append("GET ")
        reading("/path") { buffer.append($0) }
        buffer.append(0x3f)
        buffer.append(text: "q")
        buffer.removeFirst(4)

        let rest = text(buffer.bytes)
        #expect(rest == "/path?q")
    }

    @Test func `a span of nothing changes nothing`() {
        var buffer = ByteBuffer()
        reading("") { buffer.append($0) }

        let capacity = buffer.capacity
        #expect(capacity == 0)
    }

    @Test func `a drained buffer starts again at its front`() {
        var buffer = buffer("abc")
        buffer.removeFirst(3)

        let facts = (buffer.count, buffer.freeSpace, buffer.capacity)
        #expect(facts == (0, 4096, 4096))
    }

    @Test func `room at the front is used before memory grows`() {
        var buffer = buffer(String(repeating: "a", count: 4000))
        buffer.removeFirst(3900)
        buffer.append(text: String(repeating: "b", count: 3996))

        let facts = (buffer.count, buffer.capacity)
        let held = text(buffer.bytes)
        #expect(facts == (4096, 4096))
        #expect(held == String(repeating: "a", count: 100) + String(repeating: "b", count: 3996))
    }

    @Test func `growth keeps what is held and at least doubles the memory`() {
        var buffer = buffer(String(repeating: "a", count: 4096))
        buffer.append(0x62)

        let facts = (buffer.count, buffer.capacity)
        let held = text(buffer.bytes)
        #expect(facts == (4097, 8192))
        #expect(held == String(repeating: "a", count: 4096) + "b")
    }

    @Test func `one large append gets the room it needs`() {
        var buffer = buffer("head")
        let large = String(repeating: "x", count: 20_000)
        reading(large) { buffer.append($0) }

        let facts = (buffer.count, buffer.capacity)
        let held = text(buffer.bytes)
        #expect(facts == (20_004, 20_004))
        #expect(held == "head" + large)
    }

    @Test func `a field line is framed by us`() {
        var buffer = ByteBuffer()
        reading("Name") { name in reading("value") { buffer.append(field: name, $0) } }

        let line = text(buffer.bytes)
        #expect(line == "Name: value\r\n")
    }

    @Test func `a field line that just fills the block does not move it`() {
        var buffer = buffer(String(repeating: "a", count: 4096 - 8))
        reading("Na") { name in reading("vl") { buffer.append(field: name, $0) } }

        let facts = (buffer.count, buffer.capacity)
        #expect(facts == (4096, 4096))
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 12345, 1_000_000_007, Int.max])
    func `decimal digits are those of the language`(number: Int) {
        var buffer = ByteBuffer()
        buffer.append(decimal: number)

        let digits = text(buffer.bytes)
        #expect(digits == String(number))
    }

    @Test(arguments: [0, 1, 9, 10, 15, 16, 255, 256, 4095, 4096, 0xdead_beef, Int.max])
    func `hexadecimal digits are in lower case without leading zeros`(number: Int) {
        var buffer = ByteBuffer()
        buffer.append(hexadecimal: number)

        let digits = text(buffer.bytes)
        #expect(digits == String(number, radix: 16))
    }

    @Test(arguments: [0, 1, 0x0123_4567_89ab_cdef, UInt64.max, 1 << 63])
    func `a word of bits has all its sixteen digits`(bits: UInt64) {
        var buffer = ByteBuffer()
        buffer.append(digits: bits)

        let digits = String(bits, radix: 16)
        let written = text(buffer.bytes)
        #expect(written == String(repeating: "0", count: 16 - digits.count) + digits)
    }

    @Test func `numbers of every size are written as the language does`() {
        var random = SeededRandom(1)
        for _ in 0..<2000 {
            let number = Int(random.next() >> UInt64(1 + random.below(63)))
            var buffer = ByteBuffer()
            buffer.append(decimal: number)
            buffer.append(0x20)
            buffer.append(hexadecimal: number)

            let digits = text(buffer.bytes)
            #expect(digits == "\(number) " + String(number, radix: 16))
        }
    }

    @Test func `records come back as they went in`() {
        var buffer = ByteBuffer(.table, from: pool)
        for index in 0..<200 { buffer.append(record: ByteRange(index, 2 * index)) }

        let stride = MemoryLayout<ByteRange>.stride
        let count = buffer.count
        #expect(count == 200 * stride)
        for index in 0..<200 {
            let record = unsafe buffer.bytes.unsafeLoadUnaligned(
                fromByteOffset: index * stride,
                as: ByteRange.self
            )
            #expect(record == ByteRange(index, 2 * index))
        }
    }

    @Test func `a byte is replaced where it is unread`() {
        var buffer = buffer("xxABC")
        buffer.removeFirst(2)
        buffer.replace(at: 1, with: 0x62)

        let held = text(buffer.bytes)
        #expect(held == "AbC")
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    func `splitting gives both parts whole`(place: Int) {
        var buffer = buffer("..0123456789")
        buffer.removeFirst(2)
        let first = buffer.split(at: place, from: pool)

        let parts = (text(first.bytes), text(buffer.bytes))
        #expect(
            parts == (String("0123456789".prefix(place)), String("0123456789".dropFirst(place)))
        )
    }

    @Test func `the memory goes with the larger part`() {
        var mostlyFirst = buffer(String(repeating: "a", count: 5000) + "b")
        let memory = mostlyFirst.capacity
        let first = mostlyFirst.split(at: 5000, from: pool)
        var mostlyRest = buffer("a" + String(repeating: "b", count: 5000))
        let second = mostlyRest.split(at: 1, from: pool)

        let capacities = (first.capacity, mostlyFirst.capacity)
        let reversed = (second.capacity, mostlyRest.capacity)
        #expect(memory > 4096)
        #expect(capacities == (memory, 4096))
        #expect(reversed == (4096, memory))
    }

    @Test func `what is wholly taken leaves no memory behind`() {
        var buffer = buffer("all of it")
        let all = buffer.split(at: 9, from: pool)

        let facts = (text(all.bytes), buffer.capacity, buffer.count)
        #expect(facts == ("all of it", 0, 0))
    }

    @Test func `parts that were split can be filled again`() {
        var buffer = buffer("onetwo")
        var first = buffer.split(at: 3, from: pool)
        buffer.append(text: "!")
        first.append(text: "?")

        let parts = (text(first.bytes), text(buffer.bytes))
        #expect(parts == ("one?", "two!"))
    }

    @Test func `enlarging moves what is held and never shrinks`() {
        var buffer = buffer("..kept")
        buffer.removeFirst(2)
        buffer.enlarge(to: .bulk, from: pool)
        let grown = buffer.capacity
        buffer.enlarge(to: .head, from: pool)

        let facts = (text(buffer.bytes), grown, buffer.capacity)
        #expect(facts == ("kept", 65536, 65536))
    }

    @Test func `released memory is gone, and acquiring twice takes one block`() {
        var buffer = buffer("x")
        buffer.release(to: pool)
        buffer.release(to: pool)
        let released = buffer.capacity
        buffer.acquire(.head, from: pool)
        buffer.append(0x79)
        buffer.acquire(.bulk, from: pool)

        let facts = (text(buffer.bytes), released, buffer.capacity)
        #expect(facts == ("y", 0, 4096))
    }

    @Test func `the kernel fills what is free, and a failure leaves all as it was`() {
        var buffer = buffer("ab")
        let wrote = unsafe buffer.fill { room in
            unsafe room[0] = 0x63
            return 1
        }
        let failed = unsafe buffer.fill { _ in -1 }

        let facts = (text(buffer.bytes), wrote, failed)
        #expect(facts == ("abc", 1, -1))
    }

    @Test func `a full buffer makes room for the kernel`() {
        var full = buffer(String(repeating: "a", count: 4096))
        var room = 0
        _ = unsafe full.fill { free in
            room = free.count
            return 0
        }
        var halfRead = buffer(String(repeating: "a", count: 4096))
        halfRead.removeFirst(2048)
        _ = unsafe halfRead.fill { _ in 0 }

        let capacities = (full.capacity, halfRead.capacity)
        #expect(room >= 2048)
        #expect(capacities == (8192, 4096))
    }

    @Test func `any sequence of changes is what an array would do`() {
        var random = SeededRandom(2)
        for _ in 0..<200 {
            var buffer = ByteBuffer()
            var model = ""
            for _ in 0..<60 {
                change(&buffer, &model, &random)

                let held = text(buffer.bytes)
                #expect(held == model, "seed \(random.seed)")
            }
        }
    }

    private func change(
        _ buffer: inout ByteBuffer,
        _ model: inout String,
        _ random: inout SeededRandom
    ) {
        switch random.below(6) {
        case 0, 1:
            let more = random.text(random.below(3000), of: "abcdefgh")
            reading(more) { buffer.append($0) }
            model += more
        case 2:
            let count = random.below(model.count + 1)
            buffer.removeFirst(count)
            model = String(model.dropFirst(count))
        case 3:
            let count = random.below(model.count + 1)
            let first = buffer.split(at: count, from: pool)
            let gone = text(first.bytes)
            #expect(gone == model.prefix(count))
            model = String(model.dropFirst(count))
        case 4:
            buffer.enlarge(to: random.pick([.table, .head, .bulk]), from: pool)
        default:
            if random.once(in: 4) {
                buffer.release(to: pool)
                model = ""
            }
        }
    }
}
