public import Synchronization

/// A `Mutex` of which the thread sanitizer sees every hand-over.
///
/// COMPILER: 6.3.1 takes a contended `Mutex` inside the runtime library, where the sanitizer cannot look, and
/// so reports as a race what is none. One atomic, stored before the lock is left and loaded after it is
/// entered, says the same in code it can see; on a processor that orders loads and stores anyway it costs
/// nothing to speak of.
public struct Lock<Value: ~Copyable>: ~Copyable, Sendable {
    @usableFromInline let value: Mutex<Value>
    @usableFromInline let handover = Atomic<Bool>(false)

    @inlinable
    public init(_ value: consuming sending Value) {
        self.value = Mutex(value)
    }

    @inlinable
    @inline(__always)
    public borrowing func withLock<Result: ~Copyable>(
        _ body: (inout sending Value) -> sending Result
    ) -> sending Result {
        value.withLock { value in
            _ = handover.load(ordering: .acquiring)
            defer { handover.store(true, ordering: .releasing) }
            return body(&value)
        }
    }
}
