import Glibc

/// What is arranged for one row: whether clients come over TLS, how many servers the upstream has, and by
/// which rules the gateway judges.
struct Scene {
    var isSecure = false
    /// Each is a port of the same program, so that the upstream's own work stays the same.
    var serverCount = 1
    /// The gateway judges by everything that ships in `rules/`, not by one route that is open.
    var hasWholePolicy = false

    static let plain = Scene()
    static let secure = Scene(isSecure: true)
    static let judged = Scene(hasWholePolicy: true)
}

/// A certificate for 127.0.0.1 that lives as long as the run, with a key on P-256.
struct Certificate {
    let certificate: String
    let key: String
    /// Both in one file, as HAProxy wants them.
    let both: String

    init(in roster: Roster) throws(Trouble) {
        certificate = roster.path("tls.crt")
        key = roster.path("tls.key")
        let command = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
            "-days", "2", "-keyout", key, "-out", certificate,
        ]
        let child = try roster.start("openssl", on: Cores.others, command)
        defer { roster.end(child) }
        try child.wait()
        let parts = try [certificate, key].map { (path) throws(Trouble) in try Self.read(path) }
        both = try roster.write(parts.joined(), to: "tls.pem")
    }

    private static func read(_ path: String) throws(Trouble) -> String {
        guard let file = fopen(path, "r") else { throw Trouble.system("reading \(path)") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
