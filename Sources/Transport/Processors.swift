import CLinux

/// The processors this process may run on, which is not always all the machine has.
public enum Processors {
    public static var count: Int { Int(linux_processors()) }
}
