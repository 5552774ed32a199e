#pragma once
// OpenSSL 3, with a function for each macro that Swift cannot see. No logic.
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline void openssl_set_min_version(SSL_CTX *context, int version) {
    SSL_CTX_set_min_proto_version(context, version);
}
static inline int openssl_set_groups(SSL_CTX *context, const char *list) {
    return SSL_CTX_set1_groups_list(context, list) == 1;
}
static inline void openssl_set_buffer_mode(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}
static inline uint64_t openssl_server_options(void) {
    return SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION;
}
static inline uint64_t openssl_client_options(void) {
    return SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION;
}
static inline void openssl_set_session_cache(SSL_CTX *context, int mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}
static inline void openssl_on_server_name(SSL_CTX *context, int (*call)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, call);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}
static inline void openssl_name_server(SSL *session, const char *name) { SSL_set_tlsext_host_name(session, name); }
static inline void openssl_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void openssl_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

static inline STACK_OF(X509) * openssl_chain_new(void) { return sk_X509_new_null(); }
static inline int openssl_chain_push(STACK_OF(X509) *chain, X509 *certificate) {
    return sk_X509_push(chain, certificate);
}
static inline int openssl_chain_count(const STACK_OF(X509) *chain) { return sk_X509_num(chain); }
static inline X509 *openssl_chain_at(const STACK_OF(X509) *chain, int index) { return sk_X509_value(chain, index); }
static inline void openssl_chain_free(STACK_OF(X509) *chain) { sk_X509_pop_free(chain, X509_free); }

static inline int openssl_names_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline GENERAL_NAME *openssl_names_at(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}
static inline void openssl_names_free(GENERAL_NAMES *names) { GENERAL_NAMES_free(names); }

static inline int openssl_mac_init(EVP_MAC_CTX *mac, const unsigned char *key, size_t count) {
    OSSL_PARAM parameters[3] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, count),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"sha256", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}
