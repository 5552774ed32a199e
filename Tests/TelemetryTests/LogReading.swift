import Foundation
import JSON
import Telemetry
import Testing

/// A folder of its own for one test.
final class TemporaryFolder {
    let url = URL(filePath: NSTemporaryDirectory()).appending(path: "telemetry-\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func lines(of name: String) throws -> [String] {
        let file = try FileHandle(forReadingFrom: url.appending(path: name))
        return try TelemetryTests.lines(in: file.readToEnd() ?? Data())
    }
}

/// The lines of `data`, each of which must be whole.
func lines(in data: Data) throws -> [String] {
    let text = try #require(String(data: data, encoding: .utf8))
    try #require(text.isEmpty || text.hasSuffix("\n"))
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
}

/// What a line says after its prefix.
func fields(of line: String, after prefix: String = "REQUEST_LOG: ") throws -> [String: Any] {
    try #require(line.hasPrefix(prefix))
    let value = try JSONSerialization.jsonObject(with: Data(line.dropFirst(prefix.count).utf8))
    return try #require(value as? [String: Any])
}

extension [String] {
    var records: [String] { filter { line in line.hasPrefix("REQUEST_LOG: ") } }

    /// All that the log says is missing.
    func dropsSaid() throws -> Int {
        try filter { line in !line.hasPrefix("REQUEST_LOG: ") }.reduce(0) { sum, line in
            sum + (try #require(fields(of: line, after: "LOG_DROPPED: ")["count"] as? Int))
        }
    }
}

extension LogBuffer {
    func append(path: String, method: String = "GET", requestID: String = "1f") {
        append(path: Array(path.utf8), method: method, requestID: Array(requestID.utf8))
    }

    func append(path: [UInt8], method: String = "GET", requestID: [UInt8]) {
        let record = AccessRecord(wallNanoseconds: 0, statusCode: 200, latencyNanoseconds: 1)
        let method = Array(method.utf8)
        let upstream: [UInt8] = []
        unsafe append(
            record,
            method: method.span.bytes,
            path: path.span.bytes,
            requestID: requestID.span.bytes,
            upstream: upstream.span.bytes
        )
    }
}
