#include "program_check.h"

#include "program_layout.h"

enum {
    MAX_ROW_BYTES = 65536,     /* A sum of so many products fits into 31 bits. */
    MAX_SOFTMAX_CLASSES = 256, /* So that the sum of their exponentials leaves enough bits. */
    MAX_SHIFT = 30
};

static int inside(uint32_t at, uint64_t bytes, uint32_t start, uint32_t end)
{
    return at >= start && bytes <= (uint64_t)end && at <= end - bytes;
}

int ae_in_memory(const ae_extent *extent, uint32_t at, uint64_t bytes)
{
    uint32_t end = extent->state_bytes + extent->scratch_bytes;
    return inside(at, bytes, 0, extent->state_bytes) ||
           inside(at, bytes, extent->state_bytes, end);
}

int ae_in_program(const ae_extent *extent, uint32_t at, uint64_t bytes)
{
    return at % AE_PROGRAM_ALIGN_BYTES == 0 && inside(at, bytes, 0, extent->total_bytes);
}

static int is_int8(uint32_t word)
{
    int32_t value = (int32_t)word;
    return value >= -128 && value <= 127;
}

static int is_range(uint32_t low, uint32_t high)
{
    return is_int8(low) && is_int8(high) && (int32_t)low <= (int32_t)high;
}

static int is_multiplier(uint32_t word)
{
    return (int32_t)word >= 0;
}

static int is_shift(uint32_t word, int32_t highest)
{
    int32_t value = (int32_t)word;
    return value >= -31 && value <= highest;
}

/** Bias, multipliers and shifts of dense and depthwise layers. */
static int are_channels(const ae_extent *extent, uint32_t channels, uint32_t bias,
                        uint32_t multiplier, uint32_t shift)
{
    if (!ae_in_program(extent, bias, (uint64_t)channels * 4) ||
        !ae_in_program(extent, multiplier, (uint64_t)channels * 4) ||
        !ae_in_program(extent, shift, channels)) {
        return 0;
    }
    const int8_t *shifts = (const int8_t *)extent->words + shift;
    const uint32_t *multipliers = extent->words + multiplier / 4;
    for (uint32_t channel = 0; channel < channels; channel++) {
        if (!is_multiplier(multipliers[channel]) ||
            !is_shift((uint32_t)shifts[channel], MAX_SHIFT)) {
            return 0;
        }
    }
    return 1;
}

static uint64_t dense_cost(const ae_extent *extent, const uint32_t *step)
{
    uint64_t frames = step[AE_DENSE_FRAMES], row = step[AE_DENSE_ROW_BYTES];
    uint64_t channels = step[AE_DENSE_CHANNELS], stride = step[AE_DENSE_STRIDE_BYTES];
    if (frames == 0 || row == 0 || row > MAX_ROW_BYTES || channels == 0 ||
        frames > AE_PROGRAM_MAX_ARENA_BYTES || channels > AE_PROGRAM_MAX_ARENA_BYTES ||
        !ae_in_memory(extent, step[AE_DENSE_SRC], (frames - 1) * stride + row) ||
        !ae_in_memory(extent, step[AE_DENSE_DST], frames * channels) ||
        !ae_in_program(extent, step[AE_DENSE_WEIGHTS], row * channels) ||
        !are_channels(extent, step[AE_DENSE_CHANNELS], step[AE_DENSE_BIAS],
                      step[AE_DENSE_MULTIPLIER], step[AE_DENSE_SHIFT]) ||
        !is_int8(step[AE_DENSE_ZERO_POINT]) || !is_range(step[AE_DENSE_LOW], step[AE_DENSE_HIGH])) {
        return 0;
    }
    return frames * row * channels;
}

static uint64_t depthwise_cost(const ae_extent *extent, const uint32_t *step)
{
    uint64_t frames = step[AE_DEPTHWISE_FRAMES], kernel = step[AE_DEPTHWISE_KERNEL];
    uint64_t channels = step[AE_DEPTHWISE_CHANNELS], stride = step[AE_DEPTHWISE_STRIDE_FRAMES];
    if (frames == 0 || kernel == 0 || kernel > MAX_ROW_BYTES || channels == 0 ||
        frames > AE_PROGRAM_MAX_ARENA_BYTES || channels > AE_PROGRAM_MAX_ARENA_BYTES ||
        stride > AE_PROGRAM_MAX_ARENA_BYTES ||
        (frames - 1) * stride + kernel > AE_PROGRAM_MAX_ARENA_BYTES ||
        !ae_in_memory(extent, step[AE_DEPTHWISE_SRC], ((frames - 1) * stride + kernel) * channels) ||
        !ae_in_memory(extent, step[AE_DEPTHWISE_DST], frames * channels) ||
        !ae_in_program(extent, step[AE_DEPTHWISE_WEIGHTS], kernel * channels) ||
        !are_channels(extent, step[AE_DEPTHWISE_CHANNELS], step[AE_DEPTHWISE_BIAS],
                      step[AE_DEPTHWISE_MULTIPLIER], step[AE_DEPTHWISE_SHIFT]) ||
        !is_int8(step[AE_DEPTHWISE_ZERO_POINT]) ||
        !is_range(step[AE_DEPTHWISE_LOW], step[AE_DEPTHWISE_HIGH])) {
        return 0;
    }
    return frames * kernel * channels;
}

static uint64_t add_cost(const ae_extent *extent, const uint32_t *step)
{
    uint32_t count = step[AE_ADD_COUNT];
    if (count == 0 || !ae_in_memory(extent, step[AE_ADD_LEFT], count) ||
        !ae_in_memory(extent, step[AE_ADD_RIGHT], count) ||
        !ae_in_memory(extent, step[AE_ADD_DST], count) || !is_int8(step[AE_ADD_LEFT_ZERO_POINT]) ||
        !is_int8(step[AE_ADD_RIGHT_ZERO_POINT]) || !is_int8(step[AE_ADD_ZERO_POINT]) ||
        !is_shift(step[AE_ADD_LEFT_SHIFT], 0) || !is_shift(step[AE_ADD_RIGHT_SHIFT], 0) ||
        !is_shift(step[AE_ADD_SHIFT], 0) || !is_multiplier(step[AE_ADD_LEFT_MULTIPLIER]) ||
        !is_multiplier(step[AE_ADD_RIGHT_MULTIPLIER]) || !is_multiplier(step[AE_ADD_MULTIPLIER]) ||
        !is_range(step[AE_ADD_LOW], step[AE_ADD_HIGH])) {
        return 0;
    }
    return count;
}

static uint64_t mean_cost(const ae_extent *extent, const uint32_t *step)
{
    uint64_t frames = step[AE_MEAN_FRAMES], channels = step[AE_MEAN_CHANNELS];
    if (frames == 0 || channels == 0 || frames > AE_PROGRAM_MAX_ARENA_BYTES ||
        channels > AE_PROGRAM_MAX_ARENA_BYTES ||
        !ae_in_memory(extent, step[AE_MEAN_SRC], frames * channels) ||
        !ae_in_memory(extent, step[AE_MEAN_DST], channels) ||
        !is_multiplier(step[AE_MEAN_MULTIPLIER]) || !is_shift(step[AE_MEAN_SHIFT], MAX_SHIFT) || !is_int8(step[AE_MEAN_ZERO_POINT])) {
        return 0;
    }
    return frames * channels;
}

static uint64_t softmax_cost(const ae_extent *extent, const uint32_t *step)
{
    uint32_t count = step[AE_SOFTMAX_COUNT];
    int32_t shift = (int32_t)step[AE_SOFTMAX_SHIFT];
    if (count == 0 || count > MAX_SOFTMAX_CLASSES ||
        !ae_in_memory(extent, step[AE_SOFTMAX_SRC], count) ||
        !ae_in_memory(extent, step[AE_SOFTMAX_DST], count) ||
        !is_multiplier(step[AE_SOFTMAX_MULTIPLIER]) || shift < 0 || shift > MAX_SHIFT ||
        (int32_t)step[AE_SOFTMAX_LOWEST_DIFFERENCE] > 0) {
        return 0;
    }
    return count;
}

static uint64_t lookup_cost(const ae_extent *extent, const uint32_t *step)
{
    uint32_t count = step[AE_LOOKUP_COUNT];
    if (count == 0 || !ae_in_memory(extent, step[AE_LOOKUP_SRC], count) ||
        !ae_in_memory(extent, step[AE_LOOKUP_DST], count) ||
        !ae_in_program(extent, step[AE_LOOKUP_TABLE], 256)) {
        return 0;
    }
    return count;
}

static uint64_t copy_cost(const ae_extent *extent, const uint32_t *step)
{
    uint64_t rows = step[AE_COPY_ROWS], row = step[AE_COPY_ROW_BYTES];
    if (rows == 0 || row == 0 || rows > AE_PROGRAM_MAX_ARENA_BYTES ||
        !ae_in_memory(extent, step[AE_COPY_SRC], (rows - 1) * step[AE_COPY_SRC_STRIDE] + row) ||
        !ae_in_memory(extent, step[AE_COPY_DST], (rows - 1) * step[AE_COPY_DST_STRIDE] + row)) {
        return 0;
    }
    return rows * row;
}

uint64_t ae_step_cost(const ae_extent *extent, const uint32_t *step)
{
    switch (step[0]) {
    case AE_DENSE:
        return dense_cost(extent, step);
    case AE_DEPTHWISE:
        return depthwise_cost(extent, step);
    case AE_ADD:
        return add_cost(extent, step);
    case AE_MEAN:
        return mean_cost(extent, step);
    case AE_SOFTMAX:
        return softmax_cost(extent, step);
    case AE_LOOKUP:
        return lookup_cost(extent, step);
    case AE_COPY:
        return copy_cost(extent, step);
    default:
        return 0;
    }
}
