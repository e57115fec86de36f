/* What SHA-256 and SHA-512 have in common, for the file that includes it: it has defined the type
 * `word`, ROUNDS, K, and the numbers of FIPS 180-4's four functions: SMALL_0, SMALL_1, BIG_0, BIG_1. */
#include <string.h>

enum { WORD_BYTES = sizeof(word), BLOCK_BYTES = 16 * WORD_BYTES, LENGTH_BYTES = 2 * WORD_BYTES };

static word rotated(word x, unsigned n)
{
    return (word)(x >> n | x << (8 * WORD_BYTES - n));
}

static inline word small(word x, unsigned a, unsigned b, unsigned shift)
{
    return rotated(x, a) ^ rotated(x, b) ^ x >> shift;
}

static inline word big(word x, unsigned a, unsigned b, unsigned c)
{
    return rotated(x, a) ^ rotated(x, b) ^ rotated(x, c);
}

static void take_block(word state[8], const uint8_t *block)
{
    word w[ROUNDS];
    for (int i = 0; i < 16; i++) {
        w[i] = 0;
        for (int k = 0; k < WORD_BYTES; k++) w[i] = w[i] << 8 | block[WORD_BYTES * i + k];
    }
    for (int i = 16; i < ROUNDS; i++)
        w[i] = w[i - 16] + small(w[i - 15], SMALL_0) + w[i - 7] + small(w[i - 2], SMALL_1);
    word a = state[0], b = state[1], c = state[2], d = state[3];
    word e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < ROUNDS; i++) {
        word first = h + big(e, BIG_1) + ((e & f) ^ (~e & g)) + K[i] + w[i];
        word second = big(a, BIG_0) + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + first;
        d = c;
        c = b;
        b = a;
        a = first + second;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

/** Hashes `size` bytes from the start values in `state`, which is used up. */
static void sha2(uint8_t hash[8 * WORD_BYTES], word state[8], const uint8_t *bytes, size_t size)
{
    uint64_t bits = (uint64_t)size * 8;
    uint8_t last[2 * BLOCK_BYTES];
    while (size >= BLOCK_BYTES) {
        take_block(state, bytes);
        bytes += BLOCK_BYTES;
        size -= BLOCK_BYTES;
    }
    size_t padded = size + 1 + LENGTH_BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
    memset(last, 0, sizeof last);
    if (size != 0) memcpy(last, bytes, size);
    last[size] = 0x80;
    for (int i = 0; i < 8; i++) last[padded - 1 - (size_t)i] = (uint8_t)(bits >> 8 * i);
    for (size_t at = 0; at < padded; at += BLOCK_BYTES) take_block(state, last + at);
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < WORD_BYTES; k++)
            hash[WORD_BYTES * i + k] = (uint8_t)(state[i] >> 8 * (WORD_BYTES - 1 - k));
}
