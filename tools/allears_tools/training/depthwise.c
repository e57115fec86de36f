/* Causal depthwise convolutions over time, in bfloat16 or float, float inside; see depthwise.py. */

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { MAX_STEPS = 8192, MAX_KERNEL = 32 };

static inline float widen_low(uint16_t value) {
  uint32_t bits = (uint32_t)value << 16;
  float out;
  memcpy(&out, &bits, sizeof out);
  return out;
}

static inline uint16_t narrow_low(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

static inline float widen_full(float value) { return value; }
static inline float narrow_full(float value) { return value; }

/* With a length known when it is compiled the taps stay in registers. */
#define INLINE static inline __attribute__((always_inline))
#define FOR_EACH_LENGTH(CALL) \
  switch (kernel) { \
    case 4: CALL(4); break; \
    case 7: CALL(7); break; \
    case 8: CALL(8); break; \
    case 9: CALL(9); break; \
    case 11: CALL(11); break; \
    default: CALL(kernel); \
  }

INLINE void slide_taps(const float *x, const float *taps, float *y, int64_t steps,
                       const int64_t kernel) {
  for (int64_t t = 0; t < steps; ++t) {
    float sum = 0;
    for (int64_t k = 0; k < kernel; ++k) sum += taps[k] * x[t + k];
    y[t] = sum;
  }
}

INLINE void correlate_taps(const float *restrict x, const float *restrict wanted,
                           float *restrict taps, int64_t steps, const int64_t kernel) {
  for (int64_t k = 0; k < kernel; ++k) {
    float total = 0;
    for (int64_t t = 0; t < steps; ++t) total += x[t + k] * wanted[t];
    taps[k] += total;
  }
}

/* y[t] = sum_k taps[k] x[t + k] */
static void slide(const float *restrict x, const float *restrict taps, float *restrict y,
                  int64_t steps, int64_t kernel) {
#define SLIDE(length) slide_taps(x, taps, y, steps, length)
  FOR_EACH_LENGTH(SLIDE)
}

/* y[t] = sum_k taps[k] x[t stride + k] */
static void slide_far(const float *restrict x, const float *restrict taps, float *restrict y,
                      int64_t steps, int64_t kernel, int64_t stride) {
  for (int64_t t = 0; t < steps; ++t) {
    float sum = 0;
    for (int64_t k = 0; k < kernel; ++k) sum += taps[k] * x[t * stride + k];
    y[t] = sum;
  }
}

/* taps[k] += sum_t x[t + k] wanted[t] */
static void correlate(const float *restrict x, const float *restrict wanted, float *restrict taps,
                      int64_t steps, int64_t kernel) {
#define CORRELATE(length) correlate_taps(x, wanted, taps, steps, length)
  FOR_EACH_LENGTH(CORRELATE)
}

#define TYPE uint16_t
#define WIDEN widen_low
#define NARROW narrow_low
#define FORWARD allears_depthwise_forward_bfloat16
#define BACKWARD allears_depthwise_backward_bfloat16
#include "depthwise_kernels.h"
#undef TYPE
#undef WIDEN
#undef NARROW
#undef FORWARD
#undef BACKWARD

#define TYPE float
#define WIDEN widen_full
#define NARROW narrow_full
#define FORWARD allears_depthwise_forward_float32
#define BACKWARD allears_depthwise_backward_float32
#include "depthwise_kernels.h"
