import COpenSSL
public import Vocabulary

/// One connection's TLS, between its two pairs of queues.
///
/// What came off the wire is put into `input`, and what is to go there is found in `output`; data is
/// read and written through `read` and `write`. Nothing here waits or touches a socket.
@safe
public final class TLSSession {
    /// What came of asking for data, or for the handshake.
    public enum Outcome: Equatable {
        /// This many bytes of data; the handshake is done where that was asked for.
        case done(Int)
        /// More has to come off the wire first.
        case wantsInput
        /// The peer has said that it will send nothing more.
        case ended
        case failed(TLSFault)
    }

    /// Records that came and were not yet opened.
    public var input = ByteBuffer()
    /// Records that wait to be sent.
    public var output = ByteBuffer()
    public private(set) var isShaken = false
    /// Asking again gives nothing until more has come off the wire.
    public private(set) var isDry = true
    private let session: OpaquePointer
    /// What the session's callbacks are led to, and with it all that they use.
    let owner: AnyObject
    private var fault: TLSFault?
    private var hasEnded = false
    private var hasEndedSending = false
    /// Bytes taken from the wire since the last byte of data came out.
    private var talk = 0

    /// nil when there is no memory for one.
    init?(_ context: TLSTerms, owner: AnyObject, isServer: Bool) {
        guard let made = unsafe SSL_new(context.pointer) else { return nil }
        unsafe session = made
        self.owner = owner
        guard let pipe = unsafe RecordPipe.make(for: self) else { return nil }
        unsafe SSL_set_bio(made, pipe, pipe)
        if isServer {
            unsafe SSL_set_accept_state(made)
        } else {
            unsafe SSL_set_connect_state(made)
        }
    }

    deinit {
        // Freed in the middle, OpenSSL takes the session for broken and forgets how to resume it.
        if fault == nil {
            unsafe SSL_set_shutdown(session, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        }
        unsafe SSL_free(session)
    }

    /// Hands the library's own object to the rest of the module.
    func withSession<Answer>(_ body: (OpaquePointer) -> Answer) -> Answer { unsafe body(session) }

    // MARK: Talking

    /// Says the next thing of the handshake, if there is one to say.
    public func shakeHands() -> Outcome {
        if let fault { return .failed(fault) }
        if isShaken { return .done(0) }
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(session)
        if result == 1 {
            isShaken = true
            talk = 0
            isDry = input.isEmpty
            return .done(0)
        }
        return outcome(of: result)
    }

    /// Opens records into the free space of `buffer`, one at the most.
    public func read(into buffer: inout ByteBuffer) -> Outcome {
        if let fault { return .failed(fault) }
        if hasEnded { return .ended }
        ERR_clear_error()
        let count = unsafe buffer.fill { room in
            Int(unsafe SSL_read(session, room.baseAddress, Int32(clamping: room.count)))
        }
        if count > 0 {
            talk = 0
            isDry = unsafe SSL_pending(session) == 0 && input.isEmpty
            return .done(count)
        }
        return outcome(of: Int32(truncatingIfNeeded: count))
    }

    /// Seals `bytes` into records, as many as `output` has room for; how many bytes went.
    ///
    /// What went is gone: it waits in `output`, and the peer reads it or is cut off. Into an empty
    /// `output` at least one record goes.
    public func write(_ bytes: RawSpan) throws(TLSFault) -> Int {
        if let fault { throw fault }
        var gone = 0
        while gone < bytes.byteCount {
            let piece = min(bytes.byteCount &- gone, TLSBounds.recordByteMax)
            if !output.isEmpty, output.freeSpace < piece &+ TLSBounds.recordOverheadMax { break }
            ERR_clear_error()
            let count = unsafe bytes.extracting(gone..<(gone &+ piece)).withUnsafeBytes { bytes in
                unsafe SSL_write(session, bytes.baseAddress, Int32(bytes.count))
            }
            guard count > 0 else {
                guard case .failed(let fault) = outcome(of: count) else { throw .broken(0) }
                throw fault
            }
            gone &+= Int(count)
        }
        return gone
    }

    /// Says that nothing more will be sent; the other direction goes on.
    public func endSending() {
        guard isShaken, fault == nil, !hasEndedSending else { return }
        hasEndedSending = true
        ERR_clear_error()
        _ = unsafe SSL_shutdown(session)
        ERR_clear_error()
    }

    /// Whether a record has come of which nothing was given out yet, or part of one.
    public var hasPartialRecord: Bool { unsafe SSL_has_pending(session) == 1 || !input.isEmpty }

    /// More has come off the wire.
    public func noteInput() { isDry = false }

    private var talkByteMax: Int {
        isShaken ? TLSBounds.talkByteMax : TLSBounds.handshakeByteMax
    }

    private func outcome(of result: Int32) -> Outcome {
        let code = unsafe SSL_get_error(session, result)
        switch code {
        case SSL_ERROR_WANT_READ:
            isDry = true
            guard talk <= talkByteMax, output.count <= TLSBounds.unsentByteMax else {
                return fail(.excessive)
            }
            return .wantsInput
        case SSL_ERROR_ZERO_RETURN:
            hasEnded = true
            return .ended
        default:
            return fail(describe())
        }
    }

    private func fail(_ fault: TLSFault) -> Outcome {
        self.fault = fault
        isDry = false
        ERR_clear_error()
        return .failed(fault)
    }

    private func describe() -> TLSFault {
        let code = ERR_peek_error()
        if ERR_GET_LIB(code) == ERR_LIB_SSL {
            switch ERR_GET_REASON(code) {
            case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST: return .clearText
            case SSL_R_CERTIFICATE_VERIFY_FAILED:
                return .untrusted(unsafe SSL_get_verify_result(session))
            default: break
            }
        }
        return code == 0 ? .cut : .broken(code)
    }

    // MARK: The queues, for the library

    func queue(_ bytes: UnsafeRawBufferPointer) {
        unsafe output.append(bytes.bytes)
    }

    func take(into room: UnsafeMutableRawBufferPointer) -> Int {
        // An endless read of what holds no data would never come back to its caller.
        guard talk <= talkByteMax else { return 0 }
        let count = unsafe input.drain(into: room)
        talk &+= count
        return count
    }
}
