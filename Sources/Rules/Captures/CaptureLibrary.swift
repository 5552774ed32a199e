/// The captures that rules name, each read once.
struct CaptureLibrary {
    private let sources: Sources
    private let read: (String) throws(FileTrouble) -> [UInt8]
    private var known: [String: Result<(Capture, [UInt8]), CaptureTrouble>] = [:]

    init(_ sources: Sources, _ files: some Files) {
        self.sources = sources
        read = { (path) throws(FileTrouble) in
            try files.read(path, upTo: CaptureBounds.fileByteMax)
        }
    }

    mutating func capture(_ name: Name) throws(CaptureTrouble) -> Capture {
        try whole(name).0
    }

    /// The capture and the bytes it was read from.
    mutating func whole(_ name: Name) throws(CaptureTrouble) -> (Capture, [UInt8]) {
        let origin = sources[name.at.file].name
        let key = FilePath.folder(of: origin) + "\n" + name.value
        if let found = known[key] { return try found.get() }
        let found: Result<(Capture, [UInt8]), CaptureTrouble>
        do throws(CaptureTrouble) { found = .success(try look(name.value, from: origin)) } catch {
            found = .failure(error)
        }
        known[key] = found
        return try found.get()
    }

    private func look(
        _ path: String,
        from origin: String
    ) throws(CaptureTrouble) -> (Capture, [UInt8]) {
        for candidate in FilePath.candidates(for: path, saidIn: origin) {
            let bytes: [UInt8]
            do throws(FileTrouble) { bytes = try read(candidate) } catch {
                if error == .missing { continue }
                throw .file(error)
            }
            do throws(CaptureFault) { return (try Capture.read(bytes), bytes) } catch {
                throw .unreadable(error)
            }
        }
        throw .file(.missing)
    }
}

/// Why a capture that rules name is of no use.
enum CaptureTrouble: Error {
    case file(FileTrouble)
    case unreadable(CaptureFault)
    /// A request in it has no URL that a client could ask for.
    case noURL

    func diagnostic(_ name: Name) -> Diagnostic {
        switch self {
        case .file(let trouble):
            Diagnostic(.fileMissing, "`\(name.value)` is not there", at: name.at, trouble.words)
                .help(
                    "paths are looked for beside the file that names them, and in the folders above it"
                )
        case .unreadable(let fault):
            Diagnostic(
                .captureUnreadable,
                "`\(name.value)` is no capture",
                at: name.at,
                fault.words
            )
            .help("a capture is a HAR, or cURL commands as a browser copies them (as bash)")
        case .noURL:
            Diagnostic(
                .captureUnreadable,
                "`\(name.value)` is no capture",
                at: name.at,
                "a request in it has no http or https URL"
            )
        }
    }
}
