import CEpoll
import Glibc

/// The two ends of the overload, each a process of its own with one thread and one epoll list.
enum OverloadPart {
    /// Plays the part that the words name; nil when they name none.
    static func run(_ words: some Collection<String>) -> Int32? {
        let words = Array(words)
        let numbers = words.dropFirst().compactMap { Int($0) }
        switch (words.first, numbers.count) {
        case ("overload-upstream", 3):
            var upstream = OverloadUpstream(numbers[0], numbers[1], numbers[2])
            upstream.run()
        case ("overload-load", 4):
            let port = UInt16(numbers[0])
            var load = OverloadLoad(port, numbers[1], numbers[2], isFlood: numbers[3] == 1)
            load.run()
        default: return nil
        }
        return 0
    }
}

/// Time as both ends count it.
enum Microseconds {
    static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}

/// An epoll list that tells which descriptors can be read.
struct ReadyList {
    private let list = bench_epoll_create()
    private var descriptors = [Int32](repeating: -1, count: 256)

    func watch(_ descriptor: Int32) { _ = bench_epoll_watch(list, descriptor) }

    mutating func wait(microseconds: Int) -> ArraySlice<Int32> {
        let count = bench_epoll_wait(list, &descriptors, 256, max(0, microseconds))
        return descriptors[..<Int(max(count, 0))]
    }
}

/// One message's bytes until it is whole: a head, and what its Content-Length says.
struct MessageBuffer {
    private var bytes: [UInt8] = []

    /// Reads what has come; false when the connection has ended.
    mutating func read(from descriptor: Int32) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 8) { room in
            let count = recv(descriptor, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
            if count > 0 { bytes.append(contentsOf: room[..<count]) }
            return count > 0 || (count < 0 && errno == EAGAIN)
        }
    }

    /// The head of the next whole message, which is taken out.
    mutating func next() -> ArraySlice<UInt8>? {
        guard bytes.count >= 4 else { return nil }
        var end = 3
        while bytes[end] != 10 || bytes[end - 2] != 10 {
            end += 1
            if end >= bytes.count { return nil }
        }
        let whole = end + 1 + length(before: end)
        guard bytes.count >= whole else { return nil }
        let head = bytes[...end]
        bytes.removeFirst(whole)
        return head
    }

    /// Content-Length, written as our two ends and the gateway write it.
    private func length(before end: Int) -> Int {
        let name = Array("\nContent-Length: ".utf8)
        var at = 0
        while at + name.count < end {
            if bytes[at] == 10, bytes[at...].starts(with: name) {
                return bytes[(at + name.count)...].prefix { $0 != 13 }
                    .reduce(0) { $0 * 10 + Int($1 - 0x30) }
            }
            at += 1
        }
        return 0
    }
}
