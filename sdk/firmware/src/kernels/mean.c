#include "fixed_point.h"
#include "kernels.h"

void ae_mean(const int8_t *in, int8_t *out, uint32_t frames, uint32_t channels, int32_t bias,
             int32_t multiplier, int32_t shift, int32_t zero_point)
{
    for (uint32_t channel = 0; channel < channels; channel++) {
        int32_t sum = 0;
        for (uint32_t frame = 0; frame < frames; frame++) {
            sum += in[frame * channels + channel];
        }
        out[channel] = ae_requantise(ae_wrapping_add(bias, sum), multiplier, shift, zero_point, -128,
                                     127);
    }
}
