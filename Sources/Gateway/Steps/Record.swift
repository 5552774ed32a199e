import HTTPWire
import Telemetry
import Transport
import Vocabulary

extension RequestPath {
    /// Step **record**: one line in the access log, whatever came of the request.
    func record() {
        guard let log = bench.log else { return }
        let began = exchange.beganNanoseconds
        let now = PreciseClock.nanoseconds()
        let server = attempts.server
        let upstream = server?.text ?? []
        unsafe log.append(
            AccessRecord(
                wallNanoseconds: bench.wallOffset &+ Int64(clamping: began),
                statusCode: status,
                latencyNanoseconds: Int64(clamping: now &- min(began, now)),
                reason: reason,
                attemptCount: attempts.count
            ),
            method: exchange.head.methodText,
            path: exchange.head.path,
            requestID: id.bytes,
            upstream: upstream.span.bytes
        )
    }
}
