/* Fixed-point formats are written Qm.n: m bits before the point, n after it. */
#include "fixed_point.h"
#include "kernels.h"

enum {
    DIFFERENCE_FRACTION_BITS = 26, /* Q5.26: a scaled difference to the highest value. */
    SUM_INTEGER_BITS = 12,         /* Q12.19: a sum of exponentials of at most 4096 classes. */
    ONE_Q2_29 = 1 << 29
};

/** x * 2^exponent, saturated. exponent: 0 to 30. */
static int32_t raise(int32_t x, int exponent)
{
    int64_t raised = (int64_t)x * ((int64_t)1 << exponent);
    return raised > INT32_MAX ? INT32_MAX : raised < INT32_MIN ? INT32_MIN : (int32_t)raised;
}

static int leading_zeros(uint32_t x)
{
    int zeros = 0;
    while (zeros < 32 && !(x & (UINT32_C(0x80000000) >> zeros))) {
        zeros++;
    }
    return zeros;
}

/** e^a for a in [-1/4, 0), Q0.31 both. A Taylor series around -1/8. */
static int32_t exp_of_quarter(int32_t a)
{
    const int32_t exp_of_minus_eighth = 1895147668;
    const int32_t third = 715827883;
    int32_t x = a + (1 << 28);
    int32_t x2 = ae_multiply_high(x, x);
    int32_t x3 = ae_multiply_high(x2, x);
    int32_t x4_over_4 = ae_divide_by_power(ae_multiply_high(x2, x2), 2);
    int32_t high_terms =
        ae_divide_by_power(ae_multiply_high(x4_over_4 + x3, third) + x2, 1);
    return exp_of_minus_eighth + ae_multiply_high(exp_of_minus_eighth, x + high_terms);
}

/** e^a for a <= 0 in Q5.26, as Q0.31. */
static int32_t exp_of_negative(int32_t a)
{
    static const int32_t factor[] = {/* e^(-2^k / 4), k = 0 to 6 */
        1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    const int32_t quarter = 1 << (DIFFERENCE_FRACTION_BITS - 2);
    if (a == 0) {
        return INT32_MAX;
    }
    int32_t within = (a & (quarter - 1)) - quarter;
    int32_t result = exp_of_quarter(within * (1 << 5));
    int32_t rest = within - a;
    for (int k = 0; k < 7; k++) {
        if (rest & (quarter << k)) {
            result = ae_multiply_high(result, factor[k]);
        }
    }
    return result;
}

/** 1 / (1 + a) for a in [0, 1], Q0.31 both. Newton's method. */
static int32_t reciprocal_of_one_plus(int32_t a)
{
    const int32_t forty_eight_17ths = 1515870810; /* Q2.29 */
    const int32_t minus_thirty_two_17ths = -1010580540;
    int32_t half = (int32_t)(((int64_t)a + INT32_MAX + 1) >> 1);
    int32_t x = forty_eight_17ths + ae_multiply_high(half, minus_thirty_two_17ths);
    for (int i = 0; i < 3; i++) {
        int32_t missing = ONE_Q2_29 - ae_multiply_high(half, x);
        x += raise(ae_multiply_high(x, missing), 2);
    }
    return raise(x, 1);
}

void ae_softmax(const int8_t *in, int8_t *out, uint32_t count, int32_t multiplier, int32_t shift,
                int32_t lowest_difference)
{
    int32_t highest = -128;
    for (uint32_t i = 0; i < count; i++) {
        highest = in[i] > highest ? in[i] : highest;
    }
    int32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        int32_t difference = in[i] - highest;
        if (difference >= lowest_difference) {
            int32_t power = exp_of_negative(ae_rescale(difference, multiplier, shift));
            sum += ae_divide_by_power(power, SUM_INTEGER_BITS);
        }
    }
    int headroom = leading_zeros((uint32_t)sum);
    int32_t excess = (int32_t)(((uint32_t)sum << headroom) - (UINT32_C(1) << 31));
    int32_t scale = reciprocal_of_one_plus(excess);
    int bits_over_unit = SUM_INTEGER_BITS - headroom;
    for (uint32_t i = 0; i < count; i++) {
        int32_t difference = in[i] - highest;
        if (difference < lowest_difference) {
            out[i] = -128;
            continue;
        }
        int32_t power = exp_of_negative(ae_rescale(difference, multiplier, shift));
        int32_t share =
            ae_divide_by_power(ae_multiply_high(scale, power), bits_over_unit + 31 - 8);
        out[i] = (int8_t)ae_clamp(share - 128, -128, 127);
    }
}
