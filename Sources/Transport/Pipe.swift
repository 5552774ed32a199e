import CLinux
import Glibc

/// A pipe of the kernel, through which bytes go from socket to socket without entering the process.
final class Pipe {
    private let output: Int32
    private let input: Int32
    private let pool: PipeCount
    /// Bytes that have gone in and not come out.
    private(set) var count = 0

    /// nil when the system has none left: the bytes can always go the other way.
    fileprivate init?(_ pool: PipeCount) {
        var ends = (Int32(-1), Int32(-1))
        let result = unsafe withUnsafeMutableBytes(of: &ends) { ends in
            unsafe linux_pipe(
                ends.assumingMemoryBound(to: Int32.self).baseAddress.unsafelyUnwrapped,
                TransportBounds.pipeByteMax
            )
        }
        guard result == 0 else { return nil }
        (output, input) = ends
        self.pool = pool
        pool.value += 1
    }

    deinit {
        close(input)
        close(output)
        pool.value -= 1
    }

    /// Takes up to `byteMax` bytes from a socket; below zero, `errno` says why not.
    func fill(from descriptor: Int32, upTo byteMax: Int) -> Int {
        let taken = linux_splice(descriptor, input, UInt(min(byteMax, Int(Int32.max))))
        if taken > 0 { count += taken }
        return taken
    }

    /// Gives what it holds to a socket; below zero, `errno` says why not.
    func drain(into descriptor: Int32) -> Int {
        let given = linux_splice(output, descriptor, UInt(count))
        if given > 0 { count -= given }
        return given
    }
}

/// How many pipes of one worker there are, lent and spare.
private final class PipeCount {
    var value = 0
}

/// A worker's pipes.
///
/// A body that finds none free goes through memory, so the bound costs nobody more than speed.
final class PipePool {
    private let count = PipeCount()
    private var spare: [Pipe] = []

    /// Pipes there are, lent and spare.
    var pipeCount: Int { count.value }

    func take() -> Pipe? {
        if let pipe = spare.popLast() { return pipe }
        return count.value < TransportBounds.pipesMax ? Pipe(count) : nil
    }

    /// Closes the spare ones.
    func trim() { spare.removeAll() }

    /// One that still holds bytes is closed: they are nobody else's.
    func give(_ pipe: Pipe) {
        if pipe.count == 0 { spare.append(pipe) }
    }
}
