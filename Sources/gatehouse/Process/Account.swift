import CLinux
import Gateway
import Glibc

/// A user of this machine, for the program to become once it has what only root can get.
struct Account {
    let name: String
    let id: uid_t
    let group: gid_t

    init(named name: String) throws(StartFailure) {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var room = [CChar](repeating: 0, count: 16 << 10)
        let code = unsafe getpwnam_r(name, &entry, &room, room.count, &found)
        guard code == 0, unsafe found != nil else {
            throw StartFailure(message: "there is no user `\(name)`")
        }
        self.name = name
        id = unsafe entry.pw_uid
        group = unsafe entry.pw_gid
    }

    /// Becomes this user, with its groups and with nothing of root's, and for good.
    func take() throws(StartFailure) {
        if geteuid() == id, getuid() == id { return }
        guard geteuid() == 0 else {
            throw StartFailure(message: "only root can go on as `\(name)`")
        }
        guard unsafe initgroups(name, group) == 0, setgid(group) == 0, setuid(id) == 0 else {
            let why = unsafe String(cString: strerror(errno))
            throw StartFailure(message: "cannot go on as `\(name)`: \(why)")
        }
        guard id == 0 || setuid(0) != 0 else {
            throw StartFailure(message: "`\(name)` could become root again")
        }
    }

    /// Gives up every right that goes beyond this user's; root, who was asked to stay, keeps its own.
    static func dropPrivileges() throws(StartFailure) {
        guard geteuid() != 0 else { return }
        guard linux_drop_capabilities() == 0, linux_refuse_new_privileges() == 0 else {
            let why = unsafe String(cString: strerror(errno))
            throw StartFailure(message: "cannot give up capabilities: \(why)")
        }
    }
}
