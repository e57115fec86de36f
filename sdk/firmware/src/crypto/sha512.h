/* SHA-512 (FIPS 180-4), which ed25519 needs and the packaged Monocypher lacks. */
#ifndef ALLEARS_CRYPTO_SHA512_H
#define ALLEARS_CRYPTO_SHA512_H

#include <stddef.h>
#include <stdint.h>

#define ALLEARS_SHA512_BYTES 64

/** Writes the hash of `size` bytes. */
void allears_sha512(uint8_t hash[ALLEARS_SHA512_BYTES], const uint8_t *bytes, size_t size);

#endif
