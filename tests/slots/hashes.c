/* Prints SHA-256 and SHA-512 of the first 0, 1, 2 … bytes of standard input, a line each. */
#include <stdint.h>
#include <stdio.h>

#include "crypto/sha256.h"
#include "crypto/sha512.h"

static void print(const uint8_t *hash, int size, char end)
{
    for (int i = 0; i < size; i++) printf("%02x", hash[i]);
    putchar(end);
}

int main(void)
{
    static uint8_t bytes[1024];
    uint8_t hash[ALLEARS_SHA512_BYTES];
    size_t size = fread(bytes, 1, sizeof bytes, stdin);
    for (size_t count = 0; count <= size; count++) {
        allears_sha256(hash, bytes, count);
        print(hash, ALLEARS_SHA256_BYTES, ' ');
        allears_sha512(hash, bytes, count);
        print(hash, ALLEARS_SHA512_BYTES, '\n');
    }
    return 0;
}
