#include "dual.h"
#include "fixed_point.h"
#include "kernels.h"

static int32_t sum_of(const int8_t *value, const int8_t *weight, uint32_t kernel,
                      uint32_t channels)
{
    int32_t sum = 0;
    for (uint32_t k = 0; k < kernel; k++) {
        sum += *value * *weight;
        value += channels;
        weight += channels;
    }
    return sum;
}

/** The sums of `AE_TOGETHER` channels beside each other. */
#ifdef __ARM_FEATURE_DSP
enum { AE_TOGETHER = 4 };

static void sums_of(const int8_t *value, const int8_t *weight, uint32_t kernel, uint32_t channels,
                    int32_t *sums)
{
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (uint32_t k = 0; k < kernel; k++) {
        uint32_t values = ae_word_at(value), weights = ae_word_at(weight);
        int16x2_t even = ae_even_bytes(values), odd = ae_odd_bytes(values);
        int16x2_t even_weights = ae_even_bytes(weights), odd_weights = ae_odd_bytes(weights);
        s0 = __smlabb(even, even_weights, s0);
        s1 = __smlabb(odd, odd_weights, s1);
        s2 = __smlatt(even, even_weights, s2);
        s3 = __smlatt(odd, odd_weights, s3);
        value += channels;
        weight += channels;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}
#else
enum { AE_TOGETHER = 1 };

static void sums_of(const int8_t *value, const int8_t *weight, uint32_t kernel, uint32_t channels,
                    int32_t *sums)
{
    *sums = sum_of(value, weight, kernel, channels);
}
#endif

void ae_depthwise(const int8_t *in, int8_t *out, uint32_t frames, uint32_t stride_frames,
                  uint32_t kernel, uint32_t channels, const int8_t *weights,
                  const ae_rescaling *rescaling)
{
    for (uint32_t frame = 0; frame < frames; frame++) {
        const int8_t *first = in + frame * stride_frames * channels;
        for (uint32_t channel = 0; channel < channels;) {
            int32_t sums[AE_TOGETHER];
            uint32_t count = channels - channel < AE_TOGETHER ? 1 : AE_TOGETHER;
            if (count == AE_TOGETHER) {
                sums_of(first + channel, weights + channel, kernel, channels, sums);
            } else {
                sums[0] = sum_of(first + channel, weights + channel, kernel, channels);
            }
            for (uint32_t i = 0; i < count; i++, channel++) {
                int32_t sum = ae_wrapping_add(rescaling->bias[channel], sums[i]);
                *out++ = ae_requantise(sum, rescaling->multiplier[channel],
                                       rescaling->shift[channel], rescaling->zero_point,
                                       rescaling->low, rescaling->high);
            }
        }
    }
}
