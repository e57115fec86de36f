#include "crypto/ed25519.h"

#include <string.h>

#include "crypto/sha512.h"
#include "monocypher.h"

int allears_ed25519_verifies(const uint8_t signature[ALLEARS_ED25519_SIGNATURE_BYTES],
                             const uint8_t public_key[ALLEARS_ED25519_KEY_BYTES],
                             const uint8_t digest[32])
{
    uint8_t hashed[32 + ALLEARS_ED25519_KEY_BYTES + 32]; /* R, key, message */
    uint8_t hash[ALLEARS_SHA512_BYTES];
    uint8_t scalar[32];
    memcpy(hashed, signature, 32);
    memcpy(hashed + 32, public_key, 32);
    memcpy(hashed + 64, digest, 32);
    allears_sha512(hash, hashed, sizeof hashed);
    crypto_eddsa_reduce(scalar, hash);
    return crypto_eddsa_check_equation(signature, public_key, scalar) == 0;
}
