#pragma once
// What Linux offers and Swift's Glibc module leaves out. No _GNU_SOURCE here: it changes definitions (fd_set and
// others) that the Glibc module exports too, and the two would clash. The calls that need it are wrapped in shim.c.
#include <malloc.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>

/// accept4(2), non-blocking and closed on exec, with the peer's address.
int linux_accept(int listener, struct sockaddr_storage *_Nonnull peer);

/// sendmsg(2) of two runs of bytes in one call, never raising SIGPIPE.
long linux_send_two(
    int fd, const void *_Nullable first, unsigned long first_count, const void *_Nullable second,
    unsigned long second_count);

/// pipe2(2), non-blocking and closed on exec, asked to hold `size` bytes.
int linux_pipe(int ends[_Nonnull 2], int size);

/// splice(2) between a pipe and a socket, without waiting.
long linux_splice(int from, int to, unsigned long count);

/// The number of processors this process may run on, at least 1.
int linux_processors(void);

/// A TCP option that is a plain integer.
int linux_set_tcp_option(int fd, int option, int value);

/// close_range(2): no program started from here on inherits a descriptor from `first` on.
int linux_close_on_exec(int first);

/// Gives every capability up, those for children too.
int linux_drop_capabilities(void);

/// No program started from here on can gain a right, be its file set-user-ID or not.
int linux_refuse_new_privileges(void);

/// memfd_create(2): `count` bytes that nobody can change any more, closed on exec; below zero on failure.
int linux_sealed_memory(const char *_Nonnull name, const void *_Nullable bytes, unsigned long count);

/// sendmsg(2) of one packet, and a descriptor with it unless `passed` is below zero; without waiting.
long linux_send_passing(int fd, const void *_Nonnull bytes, unsigned long count, int passed);

/// recvmsg(2) of one packet, whole or longer than `count`; `passed` is the descriptor with it, or below zero.
long linux_receive_passed(int fd, void *_Nonnull bytes, unsigned long count, int *_Nonnull passed);

/// The process and the user at the other end of a Unix socket, SO_PEERCRED; below zero on failure.
int linux_peer(int fd, int *_Nonnull process, unsigned int *_Nonnull user);
