#include "dual.h"
#include "fixed_point.h"
#include "kernels.h"

static int32_t dot(const int8_t *a, const int8_t *b, uint32_t count)
{
    int32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

/** The products of one row with `AE_TOGETHER` filters, one after the other. The sums are the same as
 *  one by one: no part of them can leave 32 bits. */
#ifdef __ARM_FEATURE_DSP
enum { AE_TOGETHER = 4 };

static void dots(const int8_t *row, const int8_t *filters, uint32_t row_bytes, int32_t *sums)
{
    /* Two pointers and the distance reach all four filters: more would not fit into registers. */
    const int8_t *first = filters, *third = filters + 2 * row_bytes;
    const int8_t *end = row + (row_bytes & ~3u);
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    while (row < end) {
        uint32_t word = ae_word_at(row);
        int16x2_t even = ae_even_bytes(word), odd = ae_odd_bytes(word);
        word = ae_word_at(first);
        s0 = __smlad(odd, ae_odd_bytes(word), __smlad(even, ae_even_bytes(word), s0));
        word = ae_word_at(first + row_bytes);
        s1 = __smlad(odd, ae_odd_bytes(word), __smlad(even, ae_even_bytes(word), s1));
        word = ae_word_at(third);
        s2 = __smlad(odd, ae_odd_bytes(word), __smlad(even, ae_even_bytes(word), s2));
        word = ae_word_at(third + row_bytes);
        s3 = __smlad(odd, ae_odd_bytes(word), __smlad(even, ae_even_bytes(word), s3));
        row += 4, first += 4, third += 4;
    }
    uint32_t left = row_bytes & 3u;
    sums[0] = s0 + dot(row, first, left);
    sums[1] = s1 + dot(row, first + row_bytes, left);
    sums[2] = s2 + dot(row, third, left);
    sums[3] = s3 + dot(row, third + row_bytes, left);
}
#else
enum { AE_TOGETHER = 1 };

static void dots(const int8_t *row, const int8_t *filters, uint32_t row_bytes, int32_t *sums)
{
    *sums = dot(row, filters, row_bytes);
}
#endif

void ae_dense(const int8_t *in, int8_t *out, uint32_t frames, uint32_t stride_bytes,
              uint32_t row_bytes, uint32_t channels, const int8_t *weights,
              const ae_rescaling *rescaling)
{
    for (uint32_t frame = 0; frame < frames; frame++) {
        const int8_t *row = in + frame * stride_bytes;
        const int8_t *filter = weights;
        for (uint32_t channel = 0; channel < channels;) {
            int32_t sums[AE_TOGETHER];
            uint32_t count = channels - channel < AE_TOGETHER ? 1 : AE_TOGETHER;
            if (count == AE_TOGETHER) {
                dots(row, filter, row_bytes, sums);
            } else {
                sums[0] = dot(row, filter, row_bytes);
            }
            for (uint32_t i = 0; i < count; i++, channel++) {
                int32_t sum = ae_wrapping_add(rescaling->bias[channel], sums[i]);
                *out++ = ae_requantise(sum, rescaling->multiplier[channel],
                                       rescaling->shift[channel], rescaling->zero_point,
                                       rescaling->low, rescaling->high);
            }
            filter += count * row_bytes;
        }
    }
}
