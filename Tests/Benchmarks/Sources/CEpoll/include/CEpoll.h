#pragma once
// Swift's Glibc module lacks epoll; no system header here, or its types would be ours too.

int bench_epoll_create(void);
/// Has the list tell whenever the descriptor can be read.
int bench_epoll_watch(int list, int fd);
/// Waits for up to `count` descriptors that can be read, to the microsecond.
int bench_epoll_wait(int list, int *_Nonnull fds, int count, long microseconds);
