import Glibc
import Vocabulary

extension EventLoop {
    /// Runs the loop on a thread of its own, until `stop`; `join` waits for its end.
    public func startThread() throws(TransportError) {
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(self).toOpaque()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            argument
        )
        guard code == 0 else {
            unsafe Unmanaged<EventLoop>.fromOpaque(argument).release()
            throw .exhausted
        }
        started.withLock { $0 = thread }
    }

    /// Waits until the thread of a stopped loop has ended.
    ///
    /// Whoever frees what the loop has touched has to wait for that, or the thread touches it again.
    public func join() {
        let thread = started.withLock { $0.take() }
        if let thread { pthread_join(thread, nil) }
    }
}
