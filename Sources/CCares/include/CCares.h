#pragma once
// c-ares, which asks name servers without blocking. <ares.h> brings in the system's socket headers, whose
// names Swift would then take for this module's and not find through Glibc; so what is used of it is
// declared here in plain types, and shim.c is where the two meet.
#include <stdint.h>

/// ares_init_options(3) with these limits; `servers` as ares_set_servers_ports_csv(3) reads them. NULL on failure.
void *_Nullable cares_open(int timeout_milliseconds, int tries, const char *_Nullable servers);

/// ares_destroy(3); whoever still waits is told a failure.
void cares_close(void *_Nonnull channel);

/// ares_getaddrinfo(3) for streams of either family, unsorted; `addresses` is NULL on failure and lent for the call.
void cares_ask(
    void *_Nonnull channel, const char *_Nonnull name,
    void (*_Nonnull answer)(void *_Nonnull context, const void *_Nullable addresses), void *_Nonnull context);

/// One address after another: its family (0 at the end), its bytes and its time to live; `place` begins as `addresses`.
int cares_next(const void *_Nullable *_Nonnull place, uint8_t bytes[_Nonnull 16], int *_Nonnull seconds);

/// ares_getsock(3): bit n for reading, bit 16 + n for writing.
int cares_sockets(void *_Nonnull channel, int sockets[_Nonnull 16]);

/// ares_process_fd(3); -1 for neither.
void cares_process(void *_Nonnull channel, int readable, int writable);

/// ares_timeout(3), in milliseconds, no more than `most`.
int cares_timeout(void *_Nonnull channel, int most);
