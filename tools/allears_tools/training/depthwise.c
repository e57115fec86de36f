/* Causal depthwise convolutions over time, bfloat16 in and out, float inside; see depthwise.py. */

#include <stdint.h>
#include <string.h>

enum { MAX_STEPS = 8192, MAX_KERNEL = 32 };

static inline float widen(uint16_t value) {
  uint32_t bits = (uint32_t)value << 16;
  float out;
  memcpy(&out, &bits, sizeof out);
  return out;
}

static inline uint16_t narrow(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

/* y[t] = sum_k w[k] x[t stride + k - left]; rows are [batch x channels], x is 0 outside. */
void allears_depthwise_forward(const uint16_t *x, const float *w, uint16_t *y, int64_t batch,
                               int64_t channels, int64_t in_steps, int64_t out_steps,
                               int64_t kernel, int64_t stride, int64_t left) {
  static _Thread_local float padded[MAX_STEPS + MAX_KERNEL], sum[MAX_STEPS];
  for (int64_t row = 0; row < batch * channels; ++row) {
    const float *taps = w + (row % channels) * kernel;
    memset(padded, 0, (size_t)left * sizeof(float));
    for (int64_t t = 0; t < in_steps; ++t) padded[left + t] = widen(x[row * in_steps + t]);
    for (int64_t t = 0; t < out_steps; ++t) sum[t] = 0;
    for (int64_t k = 0; k < kernel; ++k) {
      const float tap = taps[k];
      if (stride == 1)
        for (int64_t t = 0; t < out_steps; ++t) sum[t] += tap * padded[t + k];
      else
        for (int64_t t = 0; t < out_steps; ++t) sum[t] += tap * padded[t * stride + k];
    }
    for (int64_t t = 0; t < out_steps; ++t) y[row * out_steps + t] = narrow(sum[t]);
  }
}

/* Gradients of the input (written) and of the taps (added to dw). */
void allears_depthwise_backward(const uint16_t *x, const float *w, const uint16_t *dy,
                                uint16_t *dx, float *dw, int64_t batch, int64_t channels,
                                int64_t in_steps, int64_t out_steps, int64_t kernel,
                                int64_t stride, int64_t left) {
  static _Thread_local float padded[MAX_STEPS + MAX_KERNEL], wanted[MAX_STEPS],
      back[MAX_STEPS + MAX_KERNEL];
  for (int64_t row = 0; row < batch * channels; ++row) {
    const float *taps = w + (row % channels) * kernel;
    float *dtaps = dw + (row % channels) * kernel;
    memset(padded, 0, (size_t)left * sizeof(float));
    for (int64_t t = 0; t < in_steps; ++t) padded[left + t] = widen(x[row * in_steps + t]);
    for (int64_t t = 0; t < out_steps; ++t) wanted[t] = widen(dy[row * out_steps + t]);
    for (int64_t t = 0; t < in_steps + left; ++t) back[t] = 0;
    for (int64_t k = 0; k < kernel; ++k) {
      const float tap = taps[k];
      float total = 0;
      if (stride == 1) {
        for (int64_t t = 0; t < out_steps; ++t) {
          back[t + k] += tap * wanted[t];
          total += padded[t + k] * wanted[t];
        }
      } else {
        for (int64_t t = 0; t < out_steps; ++t) {
          back[t * stride + k] += tap * wanted[t];
          total += padded[t * stride + k] * wanted[t];
        }
      }
      dtaps[k] += total;
    }
    for (int64_t t = 0; t < in_steps; ++t) dx[row * in_steps + t] = narrow(back[left + t]);
  }
}
