import CSSL
import Glibc

/// Makes TLS connections for the benchmark's own client; whom it talks to, it started itself.
final class SecureDialer {
    private let context: OpaquePointer

    init() throws(Trouble) {
        guard let context = SSL_CTX_new(TLS_client_method()) else {
            throw Trouble("OpenSSL gives no context")
        }
        self.context = context
        // SSL_CTRL_MODE: thousands of idle connections must not fill this process with buffers.
        SSL_CTX_ctrl(context, 33, Int(SSL_MODE_RELEASE_BUFFERS), nil)
    }

    deinit { SSL_CTX_free(context) }

    func connect(to port: UInt16, fromHost host: UInt8 = 1) throws(Trouble) -> Wire {
        let fd = try Loopback.connect(to: port, fromHost: host)
        guard let session = SSL_new(context), SSL_set_fd(session, fd) == 1 else {
            close(fd)
            throw Trouble("OpenSSL gives no session")
        }
        let wire = Wire(fd: fd, bufferSize: 8 << 10, session: session)
        guard SSL_connect(session) == 1 else {
            throw Trouble("no TLS handshake with port \(port)")
        }
        return wire
    }
}
