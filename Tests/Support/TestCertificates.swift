import Glibc

/// Certificates made for one test, in a folder that goes with it.
///
/// Keys are never kept in the repository, where somebody would one day use them.
public final class TestCertificates: Sendable {
    public enum Kind: String, Sendable {
        case ecdsa = "ec"
        case rsa = "rsa:2048"
    }

    /// A certificate and its key, as files.
    public struct Pair: Sendable {
        public let certificate: String
        public let key: String

        /// As rules name it.
        public var sentence: String {
            "certificate file(\"\(certificate)\") and key file(\"\(key)\")"
        }
    }

    public struct NotMade: Error, CustomStringConvertible {
        public let description: String
    }

    public let folder: String

    public init() throws(NotMade) {
        let random = UInt32.random(in: 0 ... .max)
        folder = "/tmp/gatehouse-certificates-\(ProcessID.own)-\(random)"
        guard unsafe mkdir(folder, 0o700) == 0 else {
            throw NotMade(description: "\(folder) cannot be made")
        }
    }

    deinit {
        for name in (try? TextFile.all(below: folder)) ?? [] {
            TextFile.remove(folder + "/" + name)
        }
        _ = unsafe rmdir(folder)
    }

    public func path(_ name: String) -> String { folder + "/" + name }

    /// A certificate for hosts or addresses, signed by itself or by another that was made here.
    public func make(
        _ names: [String],
        _ kind: Kind = .ecdsa,
        signedBy authority: Pair? = nil,
        subject: String? = nil
    ) throws -> Pair {
        let name = "\(UInt32.random(in: 0 ... .max))"
        let pair = Pair(certificate: path(name + ".pem"), key: path(name + ".key"))
        var words = ["req", "-x509", "-newkey", kind.rawValue, "-nodes", "-days", "30"]
        if kind == .ecdsa { words += ["-pkeyopt", "ec_paramgen_curve:P-256"] }
        words += ["-keyout", pair.key, "-out", pair.certificate]
        words += ["-subj", "/CN=" + (subject ?? names.first ?? "nobody")]
        if !names.isEmpty {
            let entries = names.map { (Endpoint.isAddress($0) ? "IP:" : "DNS:") + $0 }
            words += ["-addext", "subjectAltName=" + entries.joined(separator: ",")]
        }
        if let authority {
            words += ["-CA", authority.certificate, "-CAkey", authority.key]
            words += ["-addext", "basicConstraints=CA:FALSE"]
        }
        try Self.openssl(words)
        return pair
    }

    /// A certificate signed by itself that was good for the January of 2020.
    public func makeExpired(_ name: String) throws -> Pair {
        let pair = Pair(certificate: path("old.pem"), key: path("old.key"))
        let (request, settings) = (path("old.csr"), path("old.cnf"))
        try TextFile.write("", to: path("index.txt"))
        try TextFile.write("01", to: path("serial"))
        let kind = Endpoint.isAddress(name) ? "IP:" : "DNS:"
        try TextFile.write(
            """
            [ca]
            default_ca = d
            [d]
            database = \(path("index.txt"))
            serial = \(path("serial"))
            new_certs_dir = \(folder)
            default_md = sha256
            policy = p
            x509_extensions = e
            [p]
            commonName = supplied
            [e]
            subjectAltName = \(kind)\(name)

            """,
            to: settings
        )
        try Self.openssl([
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", pair.key, "-out", request, "-subj", "/CN=" + name,
        ])
        try Self.openssl([
            "ca", "-batch", "-config", settings, "-selfsign", "-keyfile", pair.key, "-in", request,
            "-out", pair.certificate, "-notext", "-startdate", "20200101000000Z", "-enddate",
            "20200201000000Z",
        ])
        return pair
    }

    /// Runs the `openssl` command to its end.
    @discardableResult
    public static func openssl(_ words: [String]) throws -> [String] {
        let process = try ChildProcess("/usr/bin/openssl", words)
        let code = process.waitForExit(within: .seconds(30))
        if code == nil { process.send(signal: SIGKILL) }
        _ = process.lines(of: .output, atLeast: .max) { _ in true }
        guard code == 0 else {
            _ = process.lines(of: .error, atLeast: .max) { _ in true }
            let said = process.lines(of: .error).joined(separator: "\n")
            throw NotMade(description: "openssl \(words) failed: \(said)")
        }
        return process.lines(of: .output)
    }
}

extension Endpoint {
    /// Whether a text is an address and no name.
    static func isAddress(_ text: String) -> Bool {
        var room = in6_addr()
        return unsafe inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1
    }
}
