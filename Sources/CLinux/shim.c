#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
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
