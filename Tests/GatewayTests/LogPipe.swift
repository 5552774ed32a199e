import Foundation
import Glibc
import TestSupport
import Testing

/// The reading end of an access log.
final class LogPipe: Sendable {
    let writing: Int32
    private let lines = Monitor<[String]>([])

    init() {
        var ends: [Int32] = [-1, -1]
        let made = unsafe pipe(&ends)
        precondition(made == 0, "no pipe")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writing = ends[1]
        let reading = ends[0]
        Threads.start { [lines] in
            var unread: [UInt8] = []
            var room = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = unsafe read(reading, &room, room.count)
                guard count > 0 else { break }
                unread += room[..<count]
                while let end = unread.firstIndex(of: 0x0a) {
                    let line = String(decoding: unread[..<end], as: UTF8.self)
                    unread.removeSubrange(...end)
                    lines.withState { $0.append(line) }
                }
            }
            close(reading)
        }
    }

    deinit { close(writing) }

    /// What each line says, once there are so many.
    func records(
        _ count: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [LogRecord] {
        lines.wait(atMost: .seconds(5)) { $0.count >= count }
        let lines = lines.withState { $0 }
        #expect(lines.count == count, sourceLocation: sourceLocation)
        return try lines.map(LogRecord.init)
    }

    func record(sourceLocation: SourceLocation = #_sourceLocation) throws -> LogRecord {
        try #require(records(1, sourceLocation: sourceLocation).first)
    }
}

/// One line of the access log.
struct LogRecord {
    let fields: [String: Any]

    init(_ line: String) throws {
        let prefix = "REQUEST_LOG: "
        try #require(line.hasPrefix(prefix), "\(line)")
        let value = try JSONSerialization.jsonObject(with: Data(line.dropFirst(prefix.count).utf8))
        fields = try #require(value as? [String: Any])
    }

    var status: Int? { fields["status_code"] as? Int }
    var reason: String? { fields["reason"] as? String }
    var method: String? { fields["method"] as? String }
    var path: String? { fields["path"] as? String }
    var upstream: String? { fields["upstream"] as? String }
    var attempts: Int? { fields["attempts"] as? Int }
    var id: String? { fields["request_id"] as? String }
    var milliseconds: Double? { fields["latency_ms"] as? Double }
}
