#include "fixed_point.h"
#include "kernels.h"

enum {
    HEADROOM_BITS = 20 /* Both sides are shifted up before they are brought to one scale. */
};

static int32_t summand(const ae_summand *side, uint32_t i)
{
    int32_t raised = (side->values[i] - side->zero_point) * (1 << HEADROOM_BITS);
    return ae_rescale(raised, side->multiplier, side->shift);
}

void ae_add(const ae_summand *left, const ae_summand *right, int8_t *out, uint32_t count,
            int32_t zero_point, int32_t multiplier, int32_t shift, int32_t low, int32_t high)
{
    for (uint32_t i = 0; i < count; i++) {
        int32_t sum = ae_wrapping_add(summand(left, i), summand(right, i));
        out[i] = ae_requantise(sum, multiplier, shift, zero_point, low, high);
    }
}
