public import Crypto
import Glibc
import Vocabulary

/// What a connection does otherwise when it speaks TLS.
///
/// Records come and go in as few calls as clear text: what the kernel has is taken in at once and then
/// opened, and what is to go is sealed first and then sent at once. What was sealed counts as said; it
/// is the records that wait for the kernel.
extension Connection {
    public var isSecure: Bool { tls != nil }

    /// Bytes that have begun to leave, and cannot be taken back.
    var given: Int { sent &+ (tls.map { $0.output.count } ?? 0) }

    /// Records have come that nobody has opened, or may have.
    var hasUnopened: Bool { tls.map { !$0.isDry } ?? false }

    /// Of a record that came in part, or was opened and not given out.
    var hasPartialRecord: Bool { tls.map { $0.hasPartialRecord } ?? false }

    // MARK: Shaking hands

    /// Goes on in TLS; `shakeHands` has to follow before anything else.
    public mutating func startTLS(_ session: TLSSession) { tls = session }

    /// Agrees with the peer on keys, and on who it is.
    public mutating func shakeHands(by deadline: Instant) async throws(TransportError) {
        guard let tls else { return }
        while true {
            let outcome = tls.shakeHands()
            // A peer that is gone cannot be told why, and the why is what matters.
            if case .failed(let fault) = outcome {
                _ = try? sendRecords(of: tls)
                throw .handshake(fault, side)
            }
            let isSent = try sendRecords(of: tls)
            if outcome == .ended { throw .cut(side) }
            if outcome == .done(0), isSent { return }
            if isSent {
                switch try receiveRecords(.head, of: tls) {
                case .bytes: continue
                case .end: throw .cut(side)
                case .nothingYet: break
                }
            }
            releaseEmptyMemory()
            let isReady = await ready(isSent ? .input : .output, by: deadline)
            guard isReady else { throw .timedOut(side) }
        }
    }

    // MARK: Receiving

    /// Takes what the kernel has and opens it, without waiting.
    mutating func receiveSecurely(_ size: BlockSize) throws(TransportError) -> Receipt {
        guard let tls else { return .nothingYet }
        if input.isEmpty, input.capacity < size.byteCount { input.release(to: pool) }
        let before = input.count
        while true {
            if !tls.isDry {
                input.acquire(size, from: pool)
                switch tls.read(into: &input) {
                case .done(let count):
                    opened &+= count
                    if input.freeSpace > 0 { continue }
                    return .bytes
                case .wantsInput: break
                case .ended: return input.count > before ? .bytes : .end
                case .failed(let fault):
                    if input.count > before { return .bytes }
                    _ = try? sendRecords(of: tls)
                    // Said after the handshake, and yet of it: no byte of data was read.
                    if opened == 0, fault.refusesCertificate { throw .handshake(fault, side) }
                    throw .cut(side)
                }
            }
            if input.count > before { return .bytes }
            switch try receiveRecords(size, of: tls) {
            case .bytes: continue
            case .nothingYet: return .nothingYet
            // Nobody said that this is the end, so anybody may have cut it here.
            case .end: throw .cut(side)
            }
        }
    }

    /// Takes records from the kernel as they come.
    private mutating func receiveRecords(
        _ size: BlockSize,
        of tls: TLSSession
    ) throws(TransportError) -> Receipt {
        guard socket.isReadable else { return .nothingYet }
        if tls.input.isEmpty, tls.input.capacity < size.byteCount { tls.input.release(to: pool) }
        tls.input.acquire(size, from: pool)
        let (count, room) = SystemCall.receive(socket.descriptor, into: &tls.input)
        if count > 0 {
            received &+= count
            if count < room { socket.noteDrained() }
            tls.noteInput()
            return .bytes
        }
        if count == 0 { return .end }
        guard errno == EAGAIN else { throw .cut(side) }
        socket.noteDrained()
        return .nothingYet
    }

    // MARK: Sending

    /// Seals and sends queued output, without waiting; true once nothing is left.
    mutating func sendSecurely() throws(TransportError) -> Bool {
        guard let tls else { return true }
        guard try sendRecords(of: tls) else { return false }
        while !output.isEmpty {
            makeRoom(for: output.count, in: tls)
            let gone = try seal(output.bytes, with: tls)
            output.removeFirst(gone)
            guard try sendRecords(of: tls) else { return false }
        }
        return true
    }

    /// Seals and sends queued output and then `bytes`, without waiting; how many of `bytes` went.
    mutating func sendSecurely(_ bytes: RawSpan) throws(TransportError) -> Int {
        guard let tls else { return 0 }
        guard try sendRecords(of: tls) else { return 0 }
        if output.count >= TLSBounds.recordByteMax, try !sendSecurely() { return 0 }
        makeRoom(for: output.count &+ bytes.byteCount, in: tls)
        var gone = try sealQueued(with: bytes, tls)
        while true {
            gone &+= try seal(bytes.extracting(droppingFirst: gone), with: tls)
            guard try sendRecords(of: tls), gone < bytes.byteCount else { return gone }
        }
    }

    /// Seals what is queued in one record with as much of what follows as it holds.
    ///
    /// A short head in a record of its own would cost the peer as much as a full one.
    private mutating func sealQueued(
        with bytes: RawSpan,
        _ tls: TLSSession
    ) throws(TransportError) -> Int {
        guard !output.isEmpty else { return 0 }
        let followed = min(bytes.byteCount, TLSBounds.recordByteMax &- output.count)
        var record = ByteBuffer(.bulk, from: pool)
        record.append(output.bytes)
        record.append(bytes.extracting(first: followed))
        _ = try seal(record.bytes, with: tls)
        output.removeAll()
        record.release(to: pool)
        return followed
    }

    private func seal(_ bytes: RawSpan, with tls: TLSSession) throws(TransportError) -> Int {
        do throws(TLSFault) {
            return try tls.write(bytes)
        } catch {
            throw .cut(side)
        }
    }

    private func makeRoom(for count: Int, in tls: TLSSession) {
        let isShort = count &+ TLSBounds.recordOverheadMax <= BlockSize.head.byteCount
        if !isShort, tls.output.isEmpty, tls.output.capacity < BlockSize.bulk.byteCount {
            tls.output.release(to: pool)
        }
        tls.output.acquire(isShort ? .head : .bulk, from: pool)
    }

    /// Gives the kernel the records that wait; false when it takes no more for now.
    private mutating func sendRecords(of tls: TLSSession) throws(TransportError) -> Bool {
        while !tls.output.isEmpty {
            let count = SystemCall.send(socket.descriptor, all: tls.output)
            guard try note(sent: count) else { return false }
            tls.output.removeFirst(count)
        }
        return true
    }

    // MARK: Ending

    /// Says the end in TLS's own words; true once it is on its way, with all that was before it.
    @discardableResult
    mutating func sayEnd() -> Bool {
        guard let tls else { return true }
        if output.isEmpty { tls.endSending() }
        do throws(TransportError) {
            return try sendRecords(of: tls)
        } catch {
            return true
        }
    }

    func releaseEmptyRecords() {
        guard let tls else { return }
        if tls.input.isEmpty { tls.input.release(to: pool) }
        if tls.output.isEmpty { tls.output.release(to: pool) }
    }

    mutating func sayEnd(by deadline: Instant) async {
        while !sayEnd() {
            guard await ready(.output, by: deadline) else { return }
        }
    }
}
