/// Connections: how bytes come in, go out and wait.
///
/// The only module with an event loop, and it serves both programs. Nothing here knows what a request
/// is allowed to do. In reading order:
///
/// - `EventLoop`: one thread's epoll loop, which is also the executor its tasks run on.
/// - `Waiter`: where one task sleeps; `TimerWheel`, `Instant` and `Patience`: until when; `Pace`: how slow
///   a peer may be.
/// - `Socket`: a descriptor the loop watches; `Connection`: a socket with its two queues of bytes.
/// - `SocketAddress`, `Listener`, `SocketFile`: where connections come from.
/// - `Server/`: `ListenerSettings`, the `Lobby` where silent connections sit, and the `Exchange`: one request and the means
///   to answer it.
/// - Also in `Server/`: `GuardSettings` and `GuardLimits`, the `Guards` that hold to them and the `Pressure`
///   they judge by; `Notice`: what an operator is told of it.
/// - `BodyPump`: moves one body; `Pipe`: how a long one passes without entering the process.
/// - `Upstream/`: `UpstreamSettings`; the `Upstream` that all workers share, with its `Server`s, the
///   `Membership` that decides who is fit, and the `Roster` they are chosen from; `Breaker`,
///   `RetryBudget`, `Ejection` and `Wellness`, the pure values it decides with; `PendingQueue`, where
///   requests wait; each worker's `UpstreamPool`, and the `Attempts` of one request; `UpstreamTLSSettings`
///   and `ServerTLS`, how servers prove who they are; `HealthCheck`;
///   `Resolver` and below it `NameQueries`, by c-ares.
/// - `Notice`: what an operator should know.
/// - `Client/`: `Relay`, which takes a request to an upstream and the answer back, and `Tunnel` for what
///   comes after a 101.
/// - `Deadlines`, `TransportBounds`, `Processors`: how long and how much.
/// - `TransportError`: what can go wrong, and on which side.
public enum Transport {}
