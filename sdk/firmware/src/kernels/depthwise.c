#include "fixed_point.h"
#include "kernels.h"

void ae_depthwise(const int8_t *in, int8_t *out, uint32_t frames, uint32_t stride_frames,
                  uint32_t kernel, uint32_t channels, const int8_t *weights,
                  const ae_rescaling *rescaling)
{
    for (uint32_t frame = 0; frame < frames; frame++) {
        const int8_t *first = in + frame * stride_frames * channels;
        for (uint32_t channel = 0; channel < channels; channel++) {
            const int8_t *value = first + channel;
            const int8_t *weight = weights + channel;
            int32_t sum = 0;
            for (uint32_t k = 0; k < kernel; k++) {
                sum += *value * *weight;
                value += channels;
                weight += channels;
            }
            *out++ = ae_requantise(ae_wrapping_add(rescaling->bias[channel], sum),
                                   rescaling->multiplier[channel], rescaling->shift[channel],
                                   rescaling->zero_point, rescaling->low, rescaling->high);
        }
    }
}
