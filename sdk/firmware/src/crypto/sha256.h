/* SHA-256 (FIPS 180-4). */
#ifndef ALLEARS_CRYPTO_SHA256_H
#define ALLEARS_CRYPTO_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define ALLEARS_SHA256_BYTES 32

/** Writes the hash of `size` bytes. */
void allears_sha256(uint8_t hash[ALLEARS_SHA256_BYTES], const uint8_t *bytes, size_t size);

#endif
