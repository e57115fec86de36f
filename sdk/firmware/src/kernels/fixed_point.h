/* Fixed-point arithmetic as TensorFlow Lite's reference kernels do it, rounding twice. */
#ifndef ALLEARS_FIXED_POINT_H
#define ALLEARS_FIXED_POINT_H

#include <stdint.h>

/** a * b / 2^31, rounded to nearest, ties up. Only INT32_MIN squared does not fit, and saturates. */
static inline int32_t ae_multiply_high(int32_t a, int32_t b)
{
    if (a == INT32_MIN && b == INT32_MIN) {
        return INT32_MAX;
    }
    return (int32_t)(((int64_t)a * b + (1 << 30)) >> 31);
}

/** x / 2^exponent, rounded to nearest, ties away from zero. exponent: 0 to 31. */
static inline int32_t ae_divide_by_power(int32_t x, int exponent)
{
    int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1u);
    int32_t remainder = x & mask;
    int32_t threshold = (mask >> 1) + (x < 0);
    return (x >> exponent) + (remainder > threshold);
}

/** x * multiplier / 2^31 * 2^shift. shift: -31 to 30. */
static inline int32_t ae_rescale(int32_t x, int32_t multiplier, int shift)
{
    int left = shift > 0 ? shift : 0;
    int right = shift > 0 ? 0 : -shift;
    int32_t scaled = (int32_t)((uint32_t)x << left);
    return ae_divide_by_power(ae_multiply_high(scaled, multiplier), right);
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
