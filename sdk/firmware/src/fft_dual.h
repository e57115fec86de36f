/* kissfft's complex transform of 4^n points in the DSP extension's pairs of int16: the same values,
 * bit for bit, in fewer than half the instructions. A word is a complex number, real part low. */
#ifndef ALLEARS_FFT_DUAL_H
#define ALLEARS_FFT_DUAL_H

#ifdef __ARM_FEATURE_DSP
#include <arm_acle.h>
#include <stdint.h>

enum { AE_ROUND = 1 << 14, AE_QUARTER = 32767 / 4 /* as kissfft divides: by multiplying */ };

/** Two sums of products, rounded to 15 bits, as a complex number. */
static inline int16x2_t ae_pair(int32_t real, int32_t imaginary)
{
    return (int16x2_t)(((uint32_t)real << 1) >> 16 | ((uint32_t)imaginary << 1 & 0xFFFF0000u));
}

static inline int16x2_t ae_quarter(int16x2_t x)
{
    return ae_pair(__smlabb(x, AE_QUARTER, AE_ROUND), __smlatb(x, AE_QUARTER, AE_ROUND));
}

static inline int16x2_t ae_product(int16x2_t x, int16x2_t twiddle)
{
    return ae_pair(__smlsd(x, twiddle, AE_ROUND), __smladx(x, twiddle, AE_ROUND));
}

/** One butterfly of radix 4 over four points `m` apart. */
static inline void ae_butterfly(int16x2_t *at, uint32_t m, int16x2_t first, int16x2_t second,
                                int16x2_t third)
{
    int16x2_t sum = __sadd16(at[0], second), difference = __ssub16(at[0], second);
    int16x2_t odd_sum = __sadd16(first, third), odd_difference = __ssub16(first, third);
    at[0] = __sadd16(sum, odd_sum);
    at[2 * m] = __ssub16(sum, odd_sum);
    at[m] = __ssax(difference, odd_difference);
    at[3 * m] = __sasx(difference, odd_difference);
}

/** Transform 4 * `m` points that lie `stride` apart. `twiddles` are those of the whole transform. */
static void ae_transform(int16x2_t *out, const int16x2_t *in, uint32_t stride, uint32_t m,
                         const int16x2_t *twiddles)
{
    for (uint32_t part = 0; part < 4; part++) {
        if (m == 1)
            out[part] = in[part * stride];
        else
            ae_transform(out + part * m, in + part * stride, stride * 4, m / 4, twiddles);
    }
    /* The first twiddle is 1, and what was quartered is the same after a product with it. */
    out[0] = ae_quarter(out[0]);
    ae_butterfly(out, m, ae_quarter(out[m]), ae_quarter(out[2 * m]), ae_quarter(out[3 * m]));
    for (uint32_t k = 1; k < m; k++) {
        int16x2_t *at = out + k;
        const int16x2_t *twiddle = twiddles + k * stride;
        at[0] = ae_quarter(at[0]);
        ae_butterfly(at, m, ae_product(ae_quarter(at[m]), twiddle[0]),
                     ae_product(ae_quarter(at[2 * m]), twiddle[k * stride]),
                     ae_product(ae_quarter(at[3 * m]), twiddle[2 * k * stride]));
    }
}

#endif
#endif
