#include "CPatterns.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

RE2::Options options(int64_t memory) {
    RE2::Options options;
    // Bytes, so that what is no UTF-8 is matched like anything else.
    options.set_encoding(RE2::Options::EncodingLatin1);
    // A dot is any byte: a line's end must not end a signature's sight.
    options.set_dot_nl(true);
    options.set_log_errors(false);
    options.set_max_mem(memory);
    return options;
}

re2::StringPiece piece(const void *bytes, size_t count) {
    return re2::StringPiece(static_cast<const char *>(bytes), count);
}

}  // namespace

void *cpatterns_open(const char *text, size_t length, int64_t memory, cpatterns_fault *fault) {
    try {
        auto *pattern = new RE2(piece(text, length), options(memory));
        if (pattern->ok()) return pattern;
        fault->code = pattern->error_code();
        fault->piece_length = std::min(pattern->error_arg().size(), sizeof fault->piece);
        std::memcpy(fault->piece, pattern->error_arg().data(), fault->piece_length);
        delete pattern;
    } catch (...) {
        fault->code = -1;
        fault->piece_length = 0;
    }
    return nullptr;
}

void cpatterns_close(void *pattern) { delete static_cast<RE2 *>(pattern); }

int cpatterns_matches(const void *pattern, const void *bytes, size_t count) {
    try {
        return static_cast<const RE2 *>(pattern)->Match(piece(bytes, count), 0, count, RE2::UNANCHORED, nullptr, 0);
    } catch (...) {
        // What could not be looked at is taken for found.
        return 1;
    }
}

void *cpatterns_set_open(int64_t memory) {
    try {
        return new RE2::Set(options(memory), RE2::UNANCHORED);
    } catch (...) {
        return nullptr;
    }
}

void cpatterns_set_close(void *set) { delete static_cast<RE2::Set *>(set); }

int cpatterns_set_add(void *set, const char *text, size_t length) {
    try {
        return static_cast<RE2::Set *>(set)->Add(piece(text, length), nullptr) >= 0;
    } catch (...) {
        return 0;
    }
}

int cpatterns_set_compile(void *set) {
    try {
        return static_cast<RE2::Set *>(set)->Compile();
    } catch (...) {
        return 0;
    }
}

int cpatterns_set_matches(const void *set, const void *bytes, size_t count, int32_t *found, size_t room) {
    try {
        // Kept by the thread, so that matching soon allocates nothing.
        static thread_local std::vector<int> numbers;
        RE2::Set::ErrorInfo info{RE2::Set::kNoError};
        const auto *patterns = static_cast<const RE2::Set *>(set);
        // Whether any is found is told without memory, and stops at the first; most texts hold none.
        if (!patterns->Match(piece(bytes, count), nullptr, &info)) return info.kind == RE2::Set::kNoError ? 0 : -1;
        if (!patterns->Match(piece(bytes, count), &numbers, &info)) return -1;
        if (numbers.size() > room) return -1;
        std::copy(numbers.begin(), numbers.end(), found);
        return static_cast<int>(numbers.size());
    } catch (...) {
        return -1;
    }
}
