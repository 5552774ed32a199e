/// What the programs say of what they did.
///
/// Lower modules return facts; this one turns them into lines, and no worker ever waits for it: a line is
/// put into memory with a bound, one thread carries it out, and what does not fit is counted. In reading
/// order:
///
/// - `AccessRecord.swift`: what one request leaves behind, and the line it becomes.
/// - `Timestamp.swift`: an instant as text.
/// - `LogBuffer.swift`: a worker's end, where lines wait.
/// - `AccessLog.swift`: the log, opened, reopened and closed, with its `LogError`.
/// - `LogWriter.swift`: the thread that writes, `Doorbell.swift` what wakes it, `LogOutput.swift` the
///   descriptor it writes to and `DropCount.swift` what was lost.
/// - `LogBounds.swift`: how much of everything.
///
/// Metrics and audit records come with their issues.
public enum Telemetry {}
