#pragma once
// RE2, which matches in time linear in the text, in plain types: it is C++, which nothing above this
// module sees. Patterns and texts are bytes, not characters. Nothing here throws.
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Why a pattern could not be compiled: RE2::ErrorCode, or -1 where memory ran out.
struct cpatterns_fault {
    int code;
    /// The piece that is at fault, as much of it as there is room for.
    char piece[64];
    size_t piece_length;
};

/// RE2::RE2 over bytes, with `memory` for the program and its automata. NULL on failure, and why.
void *_Nullable cpatterns_open(
    const char *_Nullable text, size_t length, int64_t memory, struct cpatterns_fault *_Nonnull fault);

void cpatterns_close(void *_Nonnull pattern);

/// Whether the pattern matches anywhere in these bytes.
int cpatterns_matches(const void *_Nonnull pattern, const void *_Nullable bytes, size_t count);

/// RE2::Set, still without a pattern.
void *_Nullable cpatterns_set_open(int64_t memory);

void cpatterns_set_close(void *_Nonnull set);

/// Adds one; its number is how many came before it. 0 on failure.
int cpatterns_set_add(void *_Nonnull set, const char *_Nullable text, size_t length);

/// To be called once, after the last pattern. 0 on failure.
int cpatterns_set_compile(void *_Nonnull set);

/// How many patterns match anywhere in these bytes, their numbers unsorted in `found`, no more than `room` of them.
/// -1 where the memory did not do, and each has to be asked alone.
int cpatterns_set_matches(
    const void *_Nonnull set, const void *_Nullable bytes, size_t count, int32_t *_Nonnull found, size_t room);

#ifdef __cplusplus
}
#endif
