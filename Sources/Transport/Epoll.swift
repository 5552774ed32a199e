import CLinux
import Glibc

/// The kernel's list of watched descriptors, and the doorbell by which other threads reach the loop.
@safe
struct Epoll: ~Copyable {
    private let descriptor: Int32
    private let doorbell: Int32
    private let events: UnsafeMutablePointer<epoll_event>

    init() throws(TransportError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        doorbell = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        unsafe events = .allocate(capacity: TransportBounds.eventsPerRoundMax)
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue
        unsafe event.data.ptr = nil
        guard descriptor >= 0, doorbell >= 0,
            unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, doorbell, &event) == 0
        else { throw .exhausted }
    }

    deinit {
        close(doorbell)
        close(descriptor)
        unsafe events.deallocate()
    }

    /// Makes `wait` return; the one thing that other threads may call.
    func ring() { _ = eventfd_write(doorbell, 1) }

    func add(_ socket: Socket) throws(TransportError) {
        var event = unsafe epoll_event()
        unsafe event.events =
            EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        unsafe event.data.ptr = Unmanaged.passUnretained(socket).toOpaque()
        guard unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, socket.descriptor, &event) == 0 else {
            throw .exhausted
        }
    }

    /// Takes a socket off the list before it closes.
    ///
    /// The kernel does so itself only when nobody else holds the connection: a duplicate, or a process
    /// that is just being started and has all our descriptors until it runs its program. An event that
    /// came for such a one would lead to a socket that is gone.
    func remove(_ socket: Int32) {
        epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, nil)
    }

    /// What a wait ended with.
    struct News {
        /// The doorbell was rung.
        var hasRung = false
        /// There may be more events than were taken.
        var isFull = false
    }

    /// Waits for events and notes each at its socket.
    ///
    /// - `awake` is called between the wait and the notes, for the clock to be read.
    func wait(milliseconds: Int32, awake: () -> Void) -> News {
        let count = unsafe epoll_wait(
            descriptor,
            events,
            Int32(TransportBounds.eventsPerRoundMax),
            milliseconds
        )
        awake()
        var news = News(isFull: count == Int32(TransportBounds.eventsPerRoundMax))
        for index in 0..<Int(max(count, 0)) {
            guard let owner = unsafe events[index].data.ptr else {
                var rings: eventfd_t = 0
                unsafe eventfd_read(doorbell, &rings)
                news.hasRung = true
                continue
            }
            // SAFETY: a socket leaves epoll before it closes, and no task that could close one runs
            // before all events of this round are noted.
            let socket = unsafe Unmanaged<Socket>.fromOpaque(owner).takeUnretainedValue()
            socket.note(unsafe Readiness(epoll: events[index].events))
        }
        return news
    }
}
