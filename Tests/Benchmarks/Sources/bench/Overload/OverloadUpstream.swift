import Glibc

/// An upstream with a known capacity: so many requests at a time, the others in a queue.
///
/// How long each takes lies between half and one and a half times the mean. If all took the same, those
/// that had begun together would for ever end together, and so would what comes after them.
struct OverloadUpstream {
    private static let answer = Array(
        ("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" + String(repeating: "x", count: 200)).utf8
    )

    private let listener: Int32
    private let slots: Int
    private let serviceTime: Int
    private var ready = ReadyList()
    private var buffers: [Int32: MessageBuffer] = [:]
    /// Whom to answer and when, the next one first.
    private var serving: [(client: Int32, due: Int)] = []
    private var queue: [Int32] = []
    private var chance = Chance()

    init(_ port: Int, _ slots: Int, _ milliseconds: Int) {
        listener = (try? Loopback.listen(on: UInt16(port))) ?? -1
        self.slots = slots
        serviceTime = milliseconds * 1000
    }

    mutating func run() {
        ready.watch(listener)
        while true {
            let now = Microseconds.now()
            let due = serving.first?.due ?? now + 1_000_000
            for descriptor in ready.wait(microseconds: due - now) {
                if descriptor == listener { take() } else { hear(descriptor) }
            }
            finish(at: Microseconds.now())
        }
    }

    private mutating func take() {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        ready.watch(client)
        buffers[client] = MessageBuffer()
    }

    private mutating func hear(_ client: Int32) {
        guard buffers[client]?.read(from: client) == true else {
            buffers[client] = nil
            queue.removeAll { $0 == client }
            serving.removeAll { $0.client == client }
            close(client)
            return
        }
        while buffers[client]?.next() != nil { queue.append(client) }
        begin(at: Microseconds.now())
    }

    private mutating func begin(at now: Int) {
        while serving.count < slots, !queue.isEmpty {
            let due = now + Int.random(in: serviceTime / 2...serviceTime * 3 / 2, using: &chance)
            let place = serving.firstIndex { $0.due > due } ?? serving.count
            serving.insert((queue.removeFirst(), due), at: place)
        }
    }

    private mutating func finish(at now: Int) {
        while let first = serving.first, first.due <= now {
            serving.removeFirst()
            _ = Self.answer.withUnsafeBytes {
                send(first.client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        }
        begin(at: now)
    }
}

/// The same numbers in each run.
private struct Chance: RandomNumberGenerator {
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
