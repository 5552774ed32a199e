#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int linux_accept(int listener, struct sockaddr_storage *peer) {
    socklen_t size = sizeof *peer;
    peer->ss_family = AF_UNSPEC;
    return accept4(listener, (struct sockaddr *)peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

long linux_send_two(
    int fd, const void *first, unsigned long first_count, const void *second, unsigned long second_count) {
    struct iovec parts[2] = {{(void *)first, first_count}, {(void *)second, second_count}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

int linux_pipe(int ends[2], int size) {
    int result = pipe2(ends, O_NONBLOCK | O_CLOEXEC);
    // A smaller pipe than was asked for works too.
    if (result == 0) (void)fcntl(ends[1], F_SETPIPE_SZ, size);
    return result;
}

long linux_splice(int from, int to, unsigned long count) {
    return splice(from, 0, to, 0, count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

int linux_processors(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int count = CPU_COUNT(&set);
    return count > 0 ? count : 1;
}

int linux_set_tcp_option(int fd, int option, int value) {
    return setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value);
}

int linux_close_on_exec(int first) { return close_range(first, ~0U, CLOSE_RANGE_CLOEXEC); }

int linux_drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return -1;
    return (int)syscall(SYS_capset, &header, none);
}

int linux_refuse_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int linux_sealed_memory(const char *name, const void *bytes, unsigned long count) {
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return -1;
    unsigned long written = 0;
    while (written < count) {
        long taken = write(fd, (const char *)bytes + written, count - written);
        if (taken <= 0) {
            close(fd);
            return -1;
        }
        written += (unsigned long)taken;
    }
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

long linux_send_passing(int fd, const void *bytes, unsigned long count, int passed) {
    struct iovec part = {(void *)bytes, count};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (passed >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &passed, sizeof passed);
    }
    return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

long linux_receive_passed(int fd, void *bytes, unsigned long count, int *passed) {
    struct iovec part = {bytes, count};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    *passed = -1;
    long taken = recvmsg(fd, &message, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC);
    if (taken < 0) return taken;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
        && header->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(passed, CMSG_DATA(header), sizeof *passed);
    return taken;
}

int linux_peer(int fd, int *process, unsigned int *user) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
    *process = peer.pid;
    *user = peer.uid;
    return 0;
}
