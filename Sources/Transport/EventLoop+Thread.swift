import Glibc

extension EventLoop {
    /// Runs the loop on a thread of its own, until `stop`.
    public func startThread() {
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
        precondition(code == 0, "the system has no thread left for a loop")
        pthread_detach(thread)
    }
}
