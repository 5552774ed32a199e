import CLinux
import Glibc

/// Random numbers from the kernel, fetched 4 KiB at a time.
///
/// A call for each request id would cost more than the id; a generator of our own would be one more
/// thing to trust.
public struct KernelRandom: RandomNumberGenerator {
    private var words = [UInt64](repeating: 0, count: 512)
    private var left = 0

    public init() {}

    public mutating func next() -> UInt64 {
        if left == 0 { refill() }
        left -= 1
        return words[left]
    }

    private mutating func refill() {
        unsafe words.withUnsafeMutableBytes { bytes in
            var filled = 0
            while filled < bytes.count {
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
                let count = unsafe getrandom(rest.baseAddress, rest.count, 0)
                // Short reads and interruptions are all that getrandom(2) does once the pool is up.
                if count > 0 { filled += count }
            }
        }
        left = words.count
    }
}
