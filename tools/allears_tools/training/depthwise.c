/* Causal depthwise convolutions over time, in bfloat16 or float, float inside; see depthwise.py. */

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
