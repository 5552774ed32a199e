import Glibc

/// Starts plain threads for work that blocks.
public enum Threads {
    /// Runs `work` on a thread of its own, and does not wait for it.
    public static func start(_ work: @escaping @Sendable () -> Void) {
        let work = unsafe Unmanaged.passRetained(Work(work))
        var thread = pthread_t()
        let failed = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            work.toOpaque()
        )
        precondition(failed == 0, "no thread could be started")
        pthread_detach(thread)
    }

    /// Runs `work` on a thread of its own and suspends until it is done.
    public static func run<Answer: Sendable>(
        _ work: @escaping @Sendable () -> Answer
    ) async -> Answer {
        await withCheckedContinuation { continuation in
            start { continuation.resume(returning: work()) }
        }
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
