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
