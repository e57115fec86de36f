#include "kernels.h"

void ae_lookup(const int8_t *in, int8_t *out, uint32_t count, const int8_t *table)
{
    for (uint32_t i = 0; i < count; i++) {
        out[i] = table[in[i] + 128];
    }
}
