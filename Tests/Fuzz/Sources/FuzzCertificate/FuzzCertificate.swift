import Crypto
import Fuzzer
import Glibc

/// Files of certificates, keys and authorities: whatever they hold, they are used or refused in words.
@main
enum FuzzCertificate {
    static func main() {
        let path = "/tmp/gatehouse-fuzz-\(getpid()).pem"
        fuzz { input in
            write(input, to: path)
            let once = load(path)
            // Nothing that one load leaves behind may change what the next one says.
            return load(path) == once ? nil : "the second time it is not \(once)"
        }
    }

    /// What is said of one file as each of the things it could be.
    private static func load(_ path: String) -> [String] {
        var server = TLSSettings()
        server.certificates = [CertificateFiles(certificate: path, key: path)]
        var client = TLSClientSettings()
        client.authorities = path
        return [
            said(path) { () throws(LoadFailure) in
                let made = try TLSServer(server, secret)
                _ = made.session()?.shakeHands()
            },
            said(path) { () throws(LoadFailure) in
                let peer = try TLSClient(client).peer(.host("a.test"))
                _ = peer.session()?.shakeHands()
            },
        ]
    }

    private static let secret = ProcessSecret()

    private static func said(_ path: String, _ load: () throws(LoadFailure) -> Void) -> String {
        do throws(LoadFailure) {
            try load()
            return "used"
        } catch {
            guard error.message.hasPrefix(path + ": ") else {
                return "no file in: \(error.message)"
            }
            return error.message
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
        close(file)
    }
}
