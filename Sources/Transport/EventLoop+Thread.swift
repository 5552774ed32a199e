import Glibc

extension EventLoop {
    /// Runs the loop on a thread of its own, until `stop`.
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
        pthread_detach(thread)
    }
}
