/* ed25519 (RFC 8032): Monocypher's curve with SHA-512. */
#ifndef ALLEARS_CRYPTO_ED25519_H
#define ALLEARS_CRYPTO_ED25519_H

#include <stdint.h>

#define ALLEARS_ED25519_KEY_BYTES 32
#define ALLEARS_ED25519_SIGNATURE_BYTES 64

/** Whether `signature` is the key's over the 32 bytes of `digest`. */
int allears_ed25519_verifies(const uint8_t signature[ALLEARS_ED25519_SIGNATURE_BYTES],
                             const uint8_t public_key[ALLEARS_ED25519_KEY_BYTES],
                             const uint8_t digest[32]);

#endif
