/* Fixed-point arithmetic as TensorFlow Lite's reference kernels do it, rounding twice. */
#ifndef ALLEARS_FIXED_POINT_H
#define ALLEARS_FIXED_POINT_H

#include <stdint.h>

/** a * b / 2^31, rounded to nearest, ties up. b: not INT32_MIN, whose square does not fit. */
static inline int32_t ae_multiply_high(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + (1 << 30)) >> 31);
}

/** x / 2^exponent, rounded to nearest, ties away from zero. x: not INT32_MIN, and with an
 *  exponent of 1 not INT32_MAX, neither of which ae_multiply_high() gives; exponent: 1 to 31. */
static inline int32_t ae_divide_by_power(int32_t x, int exponent)
{
    int32_t ties_away = x + (x >> 31);
    return ((ties_away >> (exponent - 1)) + 1) >> 1;
}

/** x * multiplier / 2^31 * 2^shift. multiplier: not negative; shift: -31 to 30. */
static inline int32_t ae_rescale(int32_t x, int32_t multiplier, int shift)
{
    if (shift > 0) {
        return ae_multiply_high((int32_t)((uint32_t)x << shift), multiplier);
    }
    int32_t high = ae_multiply_high(x, multiplier);
    return shift == 0 ? high : ae_divide_by_power(high, -shift);
}

/** Sum that wraps, as the reference kernels' does in practice. */
static inline int32_t ae_wrapping_add(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t ae_clamp(int32_t x, int32_t low, int32_t high)
{
    return x < low ? low : x > high ? high : x;
}

/** Accumulator to int8. */
static inline int8_t ae_requantise(int32_t sum, int32_t multiplier, int shift, int32_t zero_point,
                                   int32_t low, int32_t high)
{
    int32_t value = ae_wrapping_add(ae_rescale(sum, multiplier, shift), zero_point);
    return (int8_t)ae_clamp(value, low, high);
}

#endif
