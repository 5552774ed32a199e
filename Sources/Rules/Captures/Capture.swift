/// Requests as a browser sent them: a HAR, or cURL commands as they are copied from one.
///
/// Nothing of it is run and no file that it names is opened: whatever only a shell or curl itself could
/// know is a fault, said with its line. Which of the two forms it is shows in its first character.
public struct Capture: Sendable, Equatable {
    public let requests: [CapturedRequest]

    init(_ requests: [CapturedRequest]) {
        self.requests = requests
    }

    public static func read(_ bytes: [UInt8]) throws(CaptureFault) -> Capture {
        guard bytes.count <= CaptureBounds.fileByteMax else {
            throw CaptureFault("it is larger than a capture may be")
        }
        var start = bytes.startIndex
        // A byte order mark, as some browsers write it.
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { start += 3 }
        let first = bytes[start...].first { $0 > 0x20 }
        let capture =
            first == UInt8(ascii: "{")
            ? try HARReader.read(Array(bytes[start...]))
            : try CurlReader.read(Array(bytes[start...]))
        guard !capture.requests.isEmpty else { throw CaptureFault("there is no request in it") }
        return capture
    }
}

/// One request of a capture.
public struct CapturedRequest: Sendable, Equatable {
    public struct Header: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var method: String
    public var url: String
    public var headers: [Header]
    public var body: [UInt8]?

    public init(method: String, url: String, headers: [Header] = [], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    func has(_ name: String) -> Bool {
        headers.contains { $0.name.lowercased() == name }
    }
}

/// Why a capture cannot be read.
///
/// It never quotes what is in there.
public struct CaptureFault: Error, Equatable, Sendable {
    public let message: String
    /// Counted from one; nil where the whole is meant.
    public let line: Int?

    init(_ message: String, line: Int? = nil) {
        self.message = message
        self.line = line
    }

    /// In one line, for whoever named the capture.
    public var words: String { line.map { "line \($0): \(message)" } ?? message }
}
