import Glibc

/// The test process's own number, for names that no other run may share.
public enum ProcessID {
    public static var own: Int32 { getpid() }
}
