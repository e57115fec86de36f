/* Batch normalisation, an addition and ReLU in one, bfloat16 with float inside; see fused.py.
   Rows are channels of n values each. Appended to depthwise.c. */

void allears_norm_forward(const uint16_t *x, const uint16_t *added, const float *gain,
                          const float *offset, uint16_t *y, float *mean, float *variance,
                          float epsilon, int64_t channels, int64_t n, int64_t relu) {
  for (int64_t c = 0; c < channels; ++c) {
    const uint16_t *row = x + c * n;
    float sum = 0, squares = 0;
    for (int64_t i = 0; i < n; ++i) sum += widen_low(row[i]);
    const float middle = sum / (float)n;
    for (int64_t i = 0; i < n; ++i) {
      const float distance = widen_low(row[i]) - middle;
      squares += distance * distance;
    }
    mean[c] = middle;
    variance[c] = squares / (float)n;
    const float scale = gain[c] / sqrtf(variance[c] + epsilon);
    const float shift = offset[c] - middle * scale;
    const float floor = relu ? 0.0f : -3.4e38f;
    uint16_t *out = y + c * n;
    if (added) {
      const uint16_t *more = added + c * n;
      for (int64_t i = 0; i < n; ++i) {
        const float value = widen_low(row[i]) * scale + shift + widen_low(more[i]);
        out[i] = narrow_low(value > floor ? value : floor);
      }
    } else {
      for (int64_t i = 0; i < n; ++i) {
        const float value = widen_low(row[i]) * scale + shift;
        out[i] = narrow_low(value > floor ? value : floor);
      }
    }
  }
}

/* `wanted` is the gradient of y; it is cleared where ReLU was at rest, and so is that of what was
   added. */
void allears_norm_backward(const uint16_t *x, const uint16_t *y, uint16_t *wanted,
                           const float *gain, const float *mean, const float *variance,
                           uint16_t *back, float *gain_back, float *offset_back, float epsilon,
                           int64_t channels, int64_t n, int64_t relu) {
  for (int64_t c = 0; c < channels; ++c) {
    const uint16_t *row = x + c * n, *out = y + c * n;
    uint16_t *grad = wanted + c * n, *result = back + c * n;
    if (relu)
      for (int64_t i = 0; i < n; ++i) grad[i] = out[i] ? grad[i] : 0;
    const float middle = mean[c], steep = 1.0f / sqrtf(variance[c] + epsilon);
    float sum = 0, product = 0;
    for (int64_t i = 0; i < n; ++i) {
      const float g = widen_low(grad[i]);
      sum += g;
      product += g * (widen_low(row[i]) - middle);
    }
    offset_back[c] = sum;
    gain_back[c] = product * steep;
    const float scale = gain[c] * steep;
    const float level = sum / (float)n, slope = product * steep * steep / (float)n;
    for (int64_t i = 0; i < n; ++i)
      result[i] = narrow_low(
          scale * (widen_low(grad[i]) - level - (widen_low(row[i]) - middle) * slope));
  }
}
