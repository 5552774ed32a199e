#include "CCares.h"

#include <ares.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

void *cares_open(int timeout_milliseconds, int tries, const char *servers) {
    struct ares_options options = {.timeout = timeout_milliseconds, .tries = tries};
    ares_channel channel = NULL;
    if (ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) != ARES_SUCCESS) return NULL;
    if (servers && ares_set_servers_ports_csv(channel, servers) != ARES_SUCCESS) {
        ares_destroy(channel);
        return NULL;
    }
    return channel;
}

void cares_close(void *channel) { ares_destroy(channel); }

struct question {
    void (*answer)(void *, const void *);
    void *context;
};

static void answered(void *argument, int status, int timeouts, struct ares_addrinfo *result) {
    struct question *question = argument;
    (void)timeouts;
    question->answer(question->context, status == ARES_SUCCESS && result ? result->nodes : NULL);
    if (result) ares_freeaddrinfo(result);
    free(question);
}

void cares_ask(
    void *channel, const char *name, void (*answer)(void *, const void *), void *context) {
    struct ares_addrinfo_hints hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = ARES_AI_NOSORT};
    struct question *question = malloc(sizeof *question);
    if (!question) {
        answer(context, NULL);
        return;
    }
    *question = (struct question){answer, context};
    ares_getaddrinfo(channel, name, NULL, &hints, answered, question);
}

int cares_next(const void **place, uint8_t bytes[16], int *seconds) {
    const struct ares_addrinfo_node *node = *place;
    if (!node) return 0;
    *place = node->ai_next;
    *seconds = node->ai_ttl;
    if (node->ai_family == AF_INET && node->ai_addrlen >= sizeof(struct sockaddr_in)) {
        memcpy(bytes, &((const struct sockaddr_in *)node->ai_addr)->sin_addr, 4);
    } else if (node->ai_family == AF_INET6 && node->ai_addrlen >= sizeof(struct sockaddr_in6)) {
        memcpy(bytes, &((const struct sockaddr_in6 *)node->ai_addr)->sin6_addr, 16);
    } else {
        return -1;
    }
    return node->ai_family;
}

int cares_sockets(void *channel, int sockets[16]) { return ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM); }

void cares_process(void *channel, int readable, int writable) {
    ares_process_fd(
        channel, readable < 0 ? ARES_SOCKET_BAD : readable, writable < 0 ? ARES_SOCKET_BAD : writable);
}

int cares_timeout(void *channel, int most) {
    struct timeval longest = {.tv_sec = most / 1000, .tv_usec = most % 1000 * 1000}, room;
    struct timeval *next = ares_timeout(channel, &longest, &room);
    return next ? (int)(next->tv_sec * 1000 + next->tv_usec / 1000) + 1 : most;
}
