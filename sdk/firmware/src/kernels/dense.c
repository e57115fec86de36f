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
    const int8_t *w0 = filters, *w1 = w0 + row_bytes, *w2 = w1 + row_bytes, *w3 = w2 + row_bytes;
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    uint32_t left = row_bytes;
    for (; left >= 4; left -= 4) {
        /* The row is widened once for all four filters. */
        int16x2_t even = ae_even_bytes(ae_word_at(row)), odd = ae_odd_bytes(ae_word_at(row));
        uint32_t word0 = ae_word_at(w0), word1 = ae_word_at(w1);
        s0 = __smlad(odd, ae_odd_bytes(word0), __smlad(even, ae_even_bytes(word0), s0));
        s1 = __smlad(odd, ae_odd_bytes(word1), __smlad(even, ae_even_bytes(word1), s1));
        uint32_t word2 = ae_word_at(w2), word3 = ae_word_at(w3);
        s2 = __smlad(odd, ae_odd_bytes(word2), __smlad(even, ae_even_bytes(word2), s2));
        s3 = __smlad(odd, ae_odd_bytes(word3), __smlad(even, ae_even_bytes(word3), s3));
        row += 4, w0 += 4, w1 += 4, w2 += 4, w3 += 4;
    }
    sums[0] = s0 + dot(row, w0, left);
    sums[1] = s1 + dot(row, w1, left);
    sums[2] = s2 + dot(row, w2, left);
    sums[3] = s3 + dot(row, w3, left);
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
