/// How much of everything a log takes; `docs/bounds.md` gives the reasons.
public enum LogBounds {
    /// What waits in one worker's buffer.
    ///
    /// A second one of this size is with the thread that writes.
    public static let bufferByteCountMax = 1 << 20
    /// How much of a method is written: all of it, since the wire refuses longer ones.
    public static let methodByteCountMax = 32
    /// How much of a canonical path is written.
    public static let pathByteCountMax = 8192
    /// How much of a request id is written: all of it.
    public static let requestIDByteCountMax = 64
    /// How much of a reason's code is written: all of it.
    public static let reasonByteCountMax = 64
    /// How much of a server's address is written: all of it.
    public static let upstreamByteCountMax = 128
    /// How much of the ids of signatures that counted is written.
    public static let signaturesByteCountMax = 512
    /// How much of a name from the rules is written: all of it.
    public static let nameByteCountMax = 128
    /// How long records gather before they are written together.
    public static let batchMilliseconds = 50
    /// What is written without waiting for more.
    ///
    /// A larger write keeps its core from the worker beside it for longer than most requests take.
    public static let pressingByteCount = 64 << 10
    /// The largest write to a pipe, which the kernel never interleaves with another (`PIPE_BUF`).
    public static let pipeWriteByteCountMax = 4096
    /// How long a closing log waits for a reader that has stopped reading.
    public static let closingPatience = Duration.seconds(2)
    /// One text in an event of the audit.
    public static let auditTextByteMax = 4096
    /// The last line of an audit, as far as it is looked at when the next is written.
    public static let auditLineByteMax = 256 << 10
}
