import Glibc

/// The built program, run as an operator runs it.
///
/// It listens on ports of the kernel's choice and says on its error stream which; when that line
/// is there, the program is ready.
public final class RunningGatehouse: Sendable {
    public let process: ChildProcess
    /// Where it listens, in the order of the rules.
    public let endpoints: [Endpoint]

    /// The program of this build: beside the test bundle, or where `GATEHOUSE_BINARY` says.
    public static var binary: String {
        if let path = unsafe getenv("GATEHOUSE_BINARY") {
            return unsafe String(cString: path)
        }
        var room = [UInt8](repeating: 0, count: 4096)
        let count = unsafe room.withUnsafeMutableBytes { room -> Int in
            guard let start = room.baseAddress else { return 0 }
            return unsafe readlink("/proc/self/exe", start, room.count)
        }
        let path = String(decoding: room.prefix(max(count, 0)), as: UTF8.self)
        let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
        return folder + "/gatehouse"
    }

    /// The entry file it runs on, which goes when this does.
    public let entry: String

    /// Starts `gatehouse run` and returns when it listens.
    ///
    /// - rules: as `GateFile` takes them.
    /// - isSupervised: as in production; else it is one process, which is what most tests look at.
    /// - binary: another program than that of this build.
    public convenience init(
        listen: [String] = ["127.0.0.1:0"],
        upstream: Endpoint,
        rules: [String] = [],
        isSupervised: Bool = false,
        binary: String = RunningGatehouse.binary
    ) throws(ChildProcess.NotStarted) {
        try self.init(
            GateFile(listen: listen, servers: ["\(upstream)"], rules),
            isSupervised: isSupervised,
            binary: binary
        )
    }

    public init(
        _ file: GateFile,
        isSupervised: Bool = false,
        binary: String = RunningGatehouse.binary
    ) throws(ChildProcess.NotStarted) {
        do throws(TextFile.Failure) {
            entry = try file.write()
        } catch {
            throw .init(description: "\(error)")
        }
        let arguments = ["run", entry] + (isSupervised ? [] : ["--foreground"])
        process = try ChildProcess(binary, arguments)
        let ready = "gatehouse: listening on "
        let count = file.listen.count
        let lines = process.lines(of: .error, atLeast: count) { $0.hasPrefix(ready) }
        endpoints = lines.compactMap { Endpoint(String($0.dropFirst(ready.count))) }
        guard endpoints.count == count else {
            process.send(signal: SIGKILL)
            let said = process.lines(of: .error).joined(separator: "\n")
            throw .init(description: "gatehouse \(arguments) does not listen: \(said)")
        }
    }

    deinit { TextFile.remove(entry) }

    /// The lines of the access log so far.
    public var accessLog: [String] {
        process.lines(of: .output).filter { $0.hasPrefix("REQUEST_LOG: ") }
    }

    /// Ends it in order; its exit code, or nil when it had to be killed.
    @discardableResult
    public func stop(within limit: Duration = .seconds(3)) -> Int32? {
        process.send(signal: SIGTERM)
        if let code = process.waitForExit(within: limit) { return code }
        process.send(signal: SIGKILL)
        return nil
    }
}
