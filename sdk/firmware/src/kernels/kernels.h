/* The layers of a program, one file each. All tensors are int8 unless said otherwise, contiguous,
 * [frames, channels]. Places and sizes were checked by ae_program_open().
 */
#ifndef ALLEARS_KERNELS_H
#define ALLEARS_KERNELS_H

#include <stdint.h>

/** How an accumulator becomes an int8, one entry a channel but for the last three. */
typedef struct {
    const int32_t *bias;       /**< [channels], the input's zero point worked in. */
    const int32_t *multiplier; /**< [channels] */
    const int8_t *shift;       /**< [channels], -31 to 30. */
    int32_t zero_point;
    int32_t low, high;         /**< -128 to 127. */
} ae_rescaling;

/** Convolution over time, pointwise convolution and fully connected layer.
 *  @param in frame f of the output sees the `row_bytes` from in[f * stride_bytes].
 *  @param weights [channels][row_bytes]
 *  @param out [frames][channels] */
void ae_dense(const int8_t *in, int8_t *out, uint32_t frames, uint32_t stride_bytes,
              uint32_t row_bytes, uint32_t channels, const int8_t *weights,
              const ae_rescaling *rescaling);

/** Each channel convolved over time by itself.
 *  @param in [(frames - 1) * stride_frames + kernel][channels]
 *  @param weights [kernel][channels]
 *  @param out [frames][channels] */
void ae_depthwise(const int8_t *in, int8_t *out, uint32_t frames, uint32_t stride_frames,
                  uint32_t kernel, uint32_t channels, const int8_t *weights,
                  const ae_rescaling *rescaling);

/** One side of a sum. shift: -31 to 0. */
typedef struct {
    const int8_t *values;
    int32_t zero_point, multiplier, shift;
} ae_summand;

/** out[i] = left[i] + right[i], each with its scale. shift: -31 to 0. */
void ae_add(const ae_summand *left, const ae_summand *right, int8_t *out, uint32_t count,
            int32_t zero_point, int32_t multiplier, int32_t shift, int32_t low, int32_t high);

/** Mean over time. in [frames][channels], out [channels]. bias: -frames * input zero point. */
void ae_mean(const int8_t *in, int8_t *out, uint32_t frames, uint32_t channels, int32_t bias,
             int32_t multiplier, int32_t shift, int32_t zero_point);

/** Probabilities, in 1/256 from -128. Values more than lowest_difference (negative) below the
 *  highest count for nothing. shift: 0 to 31. */
void ae_softmax(const int8_t *in, int8_t *out, uint32_t count, int32_t multiplier, int32_t shift,
                int32_t lowest_difference);

/** out[i] = table[in[i] + 128]; table [256]. */
void ae_lookup(const int8_t *in, int8_t *out, uint32_t count, const int8_t *table);

/** `rows` of `row_bytes`, in their order; a row may overlap its own copy. */
void ae_copy(const int8_t *in, int8_t *out, uint32_t rows, uint32_t row_bytes, uint32_t in_stride,
             uint32_t out_stride);

#endif
