/* The DSP extension's products of pairs of int16, made of int8 that lie four to a word. */
#ifndef ALLEARS_DUAL_H
#define ALLEARS_DUAL_H

#ifdef __ARM_FEATURE_DSP
#include <arm_acle.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t ae_word_at(const int8_t *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof word); /* one load: the core takes any address */
    return word;
}

/** Bytes 0 and 2 as two int16. */
static inline int16x2_t ae_even_bytes(uint32_t word)
{
    return __sxtb16(word);
}

/** Bytes 1 and 3 as two int16; the compiler's intrinsic leaves the free rotation out. */
static inline int16x2_t ae_odd_bytes(uint32_t word)
{
    int16x2_t bytes;
    __asm("sxtb16 %0, %1, ror #8" : "=r"(bytes) : "r"(word));
    return bytes;
}

#endif
#endif
