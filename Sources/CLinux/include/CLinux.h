#pragma once
// What Linux offers and Swift's Glibc module leaves out. No _GNU_SOURCE here: it changes definitions (fd_set and
// others) that the Glibc module exports too, and the two would clash. The calls that need it are wrapped in shim.c.
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/un.h>

/// accept4(2).
int linux_accept(int listener, int flags);

/// The number of processors this process may run on, or 1.
int linux_processors(void);

/// SOL_TCP's TCP_USER_TIMEOUT, TCP_DEFER_ACCEPT and friends are plain integers, set through this.
int linux_set_tcp_option(int fd, int option, int value);
