import Glibc
import Rules

/// What the program says to whoever started it.
enum Terminal {
    /// To standard output: what was asked for.
    static func print(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// To standard error: what is happening; dropped when nobody reads.
    ///
    /// Who reads may have stopped, and a supervisor that waited for that would start no crew and end by
    /// no signal. A reader that is merely behind is given a moment.
    static func note(_ text: String) { say(text, withinMilliseconds: 20) }

    /// Sees to it that the three standard descriptors are open.
    ///
    /// Where one is not, the next socket would get its number, and what is said would be said into that.
    static func keepPlaces() {
        while true {
            let descriptor = unsafe open("/dev/null", O_RDWR)
            guard descriptor >= 0 else { return }
            guard descriptor <= STDERR_FILENO else {
                close(descriptor)
                return
            }
        }
    }

    /// The same from a thread that must not wait at all.
    static func mention(_ text: String) { say(text, withinMilliseconds: 0) }

    /// A pipe that is ready takes a line of this length whole.
    private static func say(_ text: String, withinMilliseconds patience: Int32) {
        var error = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&error, 1, patience) == 1, error.revents & Int16(POLLOUT) != 0 else {
            return
        }
        write(text + "\n", to: STDERR_FILENO)
    }

    /// Says why nothing can be done, and ends.
    static func fail(_ text: String, code: Int32) -> Never {
        write(text, to: STDERR_FILENO)
        exit(code)
    }

    /// Colour is for eyes: on a terminal, unless somebody asked for none.
    static var isColoured: Bool { unsafe getenv("NO_COLOR") == nil && isatty(STDOUT_FILENO) == 1 }

    /// Whether somebody watches who would like to know how far it is.
    static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    /// All of standard input, as far as a file of rules may be long.
    static func readAll() throws(FileTrouble) -> [UInt8] {
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe room.withUnsafeMutableBytes { room in
                unsafe read(STDIN_FILENO, room.baseAddress, room.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(unsafe String(cString: strerror(errno))) }
            if count == 0 { return bytes }
            bytes += room.prefix(count)
            guard bytes.count <= RulesBounds.fileByteMax else { throw .tooLarge }
        }
    }

    /// False when not all of it could be written.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
