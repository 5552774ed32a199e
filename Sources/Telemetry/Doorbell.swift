import CLinux
import Glibc
import Synchronization

/// What wakes the thread that writes, and only when it sleeps.
///
/// A ring costs a system call, so workers look first whether anyone listens: after a ring nobody does until
/// the batch is out, which keeps a busy worker at about twenty rings a second.
final class Doorbell: Sendable {
    private let descriptor: Int32
    private let isListening = Atomic<Bool>(false)

    init() throws(LogError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        if descriptor < 0 { throw .cannotStart(code: errno) }
    }

    deinit {
        close(descriptor)
    }

    func ring() {
        _ = eventfd_write(descriptor, 1)
    }

    func ringIfListening() {
        guard isListening.load(ordering: .acquiring),
            isListening.exchange(false, ordering: .acquiringAndReleasing)
        else { return }
        ring()
    }

    /// Sleeps until it rings, unless there turns out to be something to do already.
    ///
    /// INVARIANT: it listens before it looks, and a worker leaves its record before it looks who listens;
    /// both go through the buffer's lock between the two, so one of them sees the other.
    func sleep(unless isBusy: () -> Bool) {
        isListening.store(true, ordering: .sequentiallyConsistent)
        if !isBusy() { wait(milliseconds: -1) }
        isListening.store(false, ordering: .sequentiallyConsistent)
        silence()
    }

    /// Waits until it rings, or until the time is over if it is not negative, and returns whether it rang.
    @discardableResult
    func wait(milliseconds: Int32) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&watched, 1, milliseconds) > 0
    }

    /// Waits until `output` takes bytes, and returns whether it does; a ring ends the wait too.
    func wait(untilWritable output: Int32, milliseconds: Int32) -> Bool {
        var watched: InlineArray<2, pollfd> = [
            pollfd(fd: output, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        var span = watched.mutableSpan
        let ready = unsafe span.withUnsafeMutableBufferPointer { watched in
            unsafe poll(watched.baseAddress, 2, milliseconds)
        }
        guard ready > 0 else { return false }
        if watched[1].revents != 0 { silence() }
        return watched[0].revents != 0
    }

    private func silence() {
        var rings: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &rings)
    }
}
