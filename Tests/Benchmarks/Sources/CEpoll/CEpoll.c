#define _GNU_SOURCE
#include "CEpoll.h"

#include <sys/epoll.h>
#include <time.h>

int bench_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int bench_epoll_watch(int list, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    return epoll_ctl(list, EPOLL_CTL_ADD, fd, &event);
}

int bench_epoll_wait(int list, int *fds, int count, long microseconds) {
    struct epoll_event events[256];
    struct timespec limit = {microseconds / 1000000, microseconds % 1000000 * 1000};
    int got = epoll_pwait2(list, events, count < 256 ? count : 256, &limit, 0);
    for (int i = 0; i < got; i++) fds[i] = events[i].data.fd;
    return got;
}
