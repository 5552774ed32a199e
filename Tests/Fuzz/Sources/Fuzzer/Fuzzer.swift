import CFuzzer

// SAFETY: set once, before the driver starts, and read by the one thread that runs it.
nonisolated(unsafe) private var check: ([UInt8]) -> String? = { _ in nil }

/// Runs libFuzzer over `check`, which answers nil or what was broken; that stops the run.
///
/// An executable of SwiftPM has a main of its own name, so libFuzzer's is never linked, and its driver
/// is called from here.
public func fuzz(_ oracle: @escaping ([UInt8]) -> String?) {
    unsafe check = oracle
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? =
        unsafe CommandLine.unsafeArgv
    _ = unsafe LLVMFuzzerRunDriver(&count, &arguments) { start, count in
        let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
        if let complaint = unsafe check(input) { fatalError(complaint) }
        return 0
    }
}
