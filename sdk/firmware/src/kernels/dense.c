#include "fixed_point.h"
#include "kernels.h"

#ifdef __ARM_FEATURE_DSP
#include <arm_acle.h>
#include <string.h>

static uint32_t word_at(const int8_t *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof word); /* one load: the core takes any address */
    return word;
}

/* Bytes 1 and 3 as two int16; the compiler's intrinsic leaves the free rotation out. */
static int32_t odd_bytes(uint32_t word)
{
    int32_t bytes;
    __asm("sxtb16 %0, %1, ror #8" : "=r"(bytes) : "r"(word));
    return bytes;
}

/* Four products in two instructions. The sums are the same as one by one: no part of them can leave
 * 32 bits. */
static int32_t add_four(int32_t sum, const int8_t *a, const int8_t *b)
{
    uint32_t left = word_at(a), right = word_at(b);
    sum = __smlad(__sxtb16(left), __sxtb16(right), sum);
    return __smlad(odd_bytes(left), odd_bytes(right), sum);
}

static int32_t dot(const int8_t *a, const int8_t *b, uint32_t count)
{
    int32_t sum = 0;
    for (; count >= 8; count -= 8, a += 8, b += 8) {
        sum = add_four(add_four(sum, a, b), a + 4, b + 4);
    }
    for (; count > 0; count--) sum += *a++ * *b++;
    return sum;
}
#else
static int32_t dot(const int8_t *a, const int8_t *b, uint32_t count)
{
    int32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}
#endif

void ae_dense(const int8_t *in, int8_t *out, uint32_t frames, uint32_t stride_bytes,
              uint32_t row_bytes, uint32_t channels, const int8_t *weights,
              const ae_rescaling *rescaling)
{
    for (uint32_t frame = 0; frame < frames; frame++) {
        const int8_t *row = in + frame * stride_bytes;
        const int8_t *filter = weights;
        for (uint32_t channel = 0; channel < channels; channel++) {
            int32_t sum = ae_wrapping_add(rescaling->bias[channel], dot(row, filter, row_bytes));
            *out++ = ae_requantise(sum, rescaling->multiplier[channel], rescaling->shift[channel],
                                   rescaling->zero_point, rescaling->low, rescaling->high);
            filter += row_bytes;
        }
    }
}
