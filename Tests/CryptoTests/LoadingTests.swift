import Glibc
import TestSupport
import Testing

@testable import Crypto

struct LoadingTests {
    private let files: TestCertificates
    private let pair: TestCertificates.Pair
    private let now = time(nil)

    init() throws {
        files = try TestCertificates()
        pair = try files.make(["a.test"])
    }

    /// What is said of a pair that cannot be used.
    private func complaint(_ certificate: String? = nil, _ key: String? = nil) -> String {
        let files = CertificateFiles(
            certificate: certificate ?? pair.certificate,
            key: key ?? pair.key
        )
        do {
            _ = try Identity(files, at: now)
            return "nothing"
        } catch {
            return error.message
        }
    }

    private func write(_ text: String) throws -> String {
        let path = files.path("file-\(UInt32.random(in: 0 ... .max))")
        try TextFile.write(text, to: path)
        return path
    }

    @Test func `a good pair says nothing`() throws {
        #expect(complaint() == "nothing")
        #expect(try Identity(CertificateFiles(pair), at: now).warning == nil)
    }

    @Test func `a file that cannot be read is said so`() {
        #expect(
            complaint("/nowhere.pem")
                == "/nowhere.pem: it cannot be read (no such file or directory); check the path"
        )
        #expect(complaint(nil, "/nowhere.key").hasPrefix("/nowhere.key: it cannot be read"))
        #expect(complaint(files.folder).contains("this is a directory"))
        #expect(complaint("/dev/zero").contains("this is no file"))
    }

    @Test func `a file that is too large is not read to its end`() throws {
        let large = try write(String(repeating: "a", count: (1 << 20) + 1))
        #expect(complaint(large).contains("larger than 1024 KiB"))
    }

    @Test func `what is no PEM is said to have nothing in it`() throws {
        #expect(complaint(try write("garbage")).contains("there is no certificate in it"))
        #expect(complaint(try write("")).contains("there is no certificate in it"))
        #expect(complaint(nil, try write("garbage")).contains("there is no key in it"))
        #expect(complaint(nil, pair.certificate).contains("there is no key in it"))
        #expect(complaint(pair.key).contains("there is no certificate in it"))
    }

    @Test func `a broken block is not passed over`() throws {
        let whole = try TextFile.read(pair.certificate)
        let broken = whole + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        #expect(complaint(try write(broken)).contains("a certificate in it is broken"))
        #expect(complaint(try write(String(whole.dropLast(40)))).contains("is broken"))
    }

    @Test func `too long a chain is refused`() throws {
        let whole = try TextFile.read(pair.certificate)
        #expect(complaint(try write(String(repeating: whole, count: 17))).contains("more than 16"))
    }

    @Test func `a key of another pair is refused`() throws {
        let other = try files.make(["a.test"])
        #expect(complaint(nil, other.key).contains("does not belong to the first certificate"))
        let rsa = try files.make(["a.test"], .rsa)
        #expect(complaint(nil, rsa.key).contains("does not belong to the first certificate"))
    }

    @Test func `an encrypted key is refused without asking anybody`() throws {
        let path = files.path("encrypted.key")
        try TestCertificates.openssl(
            ["pkey", "-in", pair.key, "-aes256", "-passout", "pass:x", "-out", path]
        )
        #expect(complaint(nil, path).contains("the key is encrypted"))
    }

    @Test func `a certificate that has expired, or soon will, is a warning`() throws {
        let later = try Identity(CertificateFiles(pair), at: now + 31 * 86400)
        #expect(later.warning == "\(pair.certificate): the certificate has expired")
        let earlier = try Identity(CertificateFiles(pair), at: now - 86400)
        let soon = try Identity(CertificateFiles(pair), at: now + 28 * 86400 + 43_200)
        #expect(soon.warning == "\(pair.certificate): the certificate ends in 1 day")
        #expect(try Identity(CertificateFiles(pair), at: now + 10 * 86400).warning == nil)
        #expect(earlier.warning == "\(pair.certificate): the certificate is not valid yet")
    }

    @Test func `what is missing is asked for`() {
        for (change, word) in [
            ({ $0.certificates = [] }, "certificate file("),
            ({ $0.clients = .required }, "their authority"),
        ] as [((inout TLSSettings) -> Void, String)] {
            var settings = TLSSettings(pair)
            change(&settings)
            let failure = #expect(throws: LoadFailure.self) {
                try TLSServer(settings, ProcessSecret())
            }
            #expect(failure?.message.contains(word) == true)
        }
    }
}
