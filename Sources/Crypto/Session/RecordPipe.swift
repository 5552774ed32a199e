import COpenSSL

/// Where OpenSSL reads records from and writes them to: the two queues of a session.
///
/// A write never fails and never waits, so a record that was made is never made again, and several go
/// to the kernel at once.
enum RecordPipe {
    // SAFETY: made once, before any use, and never changed.
    nonisolated(unsafe) private static let method: OpaquePointer? = {
        guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "queues")
        else { return nil }
        unsafe BIO_meth_set_write(method) { bio, bytes, count in
            guard let session = unsafe RecordPipe.session(of: bio), let bytes = unsafe bytes else {
                return -1
            }
            unsafe session.queue(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            return count
        }
        unsafe BIO_meth_set_read(method) { bio, room, count in
            unsafe openssl_bio_clear_retry(bio)
            guard let session = unsafe RecordPipe.session(of: bio), let room = unsafe room else {
                return -1
            }
            let taken = unsafe session.take(
                into: UnsafeMutableRawBufferPointer(start: room, count: Int(count))
            )
            if taken > 0 { return Int32(taken) }
            unsafe openssl_bio_retry_read(bio)
            return -1
        }
        unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in
            command == BIO_CTRL_FLUSH ? 1 : 0
        }
        return unsafe method
    }()

    /// A pipe to the queues of `session`, which outlives it.
    static func make(for session: TLSSession) -> OpaquePointer? {
        guard let method = unsafe method, let bio = unsafe BIO_new(method) else { return nil }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(session).toOpaque())
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    private static func session(of bio: OpaquePointer?) -> TLSSession? {
        guard let data = unsafe BIO_get_data(bio) else { return nil }
        // SAFETY: a session frees its SSL object, and the pipe with it, before it goes.
        return unsafe Unmanaged<TLSSession>.fromOpaque(data).takeUnretainedValue()
    }
}
