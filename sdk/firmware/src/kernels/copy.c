#include <string.h>

#include "kernels.h"

void ae_copy(const int8_t *in, int8_t *out, uint32_t rows, uint32_t row_bytes, uint32_t in_stride,
             uint32_t out_stride)
{
    for (uint32_t row = 0; row < rows; row++) {
        memmove(out + row * out_stride, in + row * in_stride, row_bytes);
    }
}
