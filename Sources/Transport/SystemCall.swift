import CLinux
import Glibc
import Vocabulary

/// The kernel's calls that move bytes, with the pointers they want and the interruptions they suffer.
///
/// Each answers what the call did; below zero, `errno` says why.
enum SystemCall {
    /// recv(2) into the free space of `buffer`; also answers how much space there was.
    static func receive(
        _ descriptor: Int32,
        into buffer: inout ByteBuffer
    ) -> (count: Int, room: Int) {
        var room = 0
        let count = unsafe buffer.fill { space in
            room = space.count
            return retrying { unsafe recv(descriptor, space.baseAddress, space.count, 0) }
        }
        return (count, room)
    }

    /// recv(2) of what comes next, which stays to be received.
    static func peek(_ descriptor: Int32, into buffer: inout ByteBuffer) -> Int {
        unsafe buffer.fill { space in
            retrying { unsafe recv(descriptor, space.baseAddress, space.count, Int32(MSG_PEEK)) }
        }
    }

    /// recv(2) of no more than `byteMax` bytes.
    static func receive(
        _ descriptor: Int32,
        into buffer: inout ByteBuffer,
        upTo byteMax: Int
    ) -> Int {
        unsafe buffer.fill { space in
            retrying {
                unsafe recv(descriptor, space.baseAddress, min(space.count, byteMax), 0)
            }
        }
    }

    /// Whether the socket is open and has nothing to be read.
    static func isDrained(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        let count = retrying {
            unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        }
        return count < 0 && errno == EAGAIN
    }

    /// send(2).
    static func send(_ descriptor: Int32, _ bytes: RawSpan) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            retrying {
                unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    /// send(2) of all that a buffer holds.
    static func send(_ descriptor: Int32, all buffer: borrowing ByteBuffer) -> Int {
        send(descriptor, buffer.bytes)
    }

    /// sendmsg(2) of two runs.
    static func send(_ descriptor: Int32, _ first: RawSpan, _ second: RawSpan) -> Int {
        if first.byteCount == 0 { return send(descriptor, second) }
        return unsafe first.withUnsafeBytes { first in
            unsafe second.withUnsafeBytes { second in
                retrying {
                    unsafe linux_send_two(
                        descriptor,
                        first.baseAddress,
                        UInt(first.count),
                        second.baseAddress,
                        UInt(second.count)
                    )
                }
            }
        }
    }

    private static func retrying(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}
