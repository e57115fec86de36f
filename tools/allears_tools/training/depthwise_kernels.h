/* For one TYPE; included by depthwise.c for each. */

/* y[t] = sum_k w[k] x[t stride + k - left]; rows are [batch x channels], x is 0 outside. */
void FORWARD(const TYPE *x, const float *w, TYPE *y, int64_t batch, int64_t channels,
             int64_t in_steps, int64_t out_steps, int64_t kernel, int64_t stride, int64_t left) {
  static _Thread_local float padded[MAX_STEPS + MAX_KERNEL], sum[MAX_STEPS];
  for (int64_t row = 0; row < batch * channels; ++row) {
    const float *taps = w + (row % channels) * kernel;
    memset(padded, 0, (size_t)left * sizeof(float));
    for (int64_t t = 0; t < in_steps; ++t) padded[left + t] = WIDEN(x[row * in_steps + t]);
    for (int64_t t = 0; t < out_steps; ++t) sum[t] = 0;
    for (int64_t k = 0; k < kernel; ++k) {
      const float tap = taps[k];
      if (stride == 1)
        for (int64_t t = 0; t < out_steps; ++t) sum[t] += tap * padded[t + k];
      else
        for (int64_t t = 0; t < out_steps; ++t) sum[t] += tap * padded[t * stride + k];
    }
    for (int64_t t = 0; t < out_steps; ++t) y[row * out_steps + t] = NARROW(sum[t]);
  }
}

/* Gradients of the input (written) and of the taps (added to dw). */
void BACKWARD(const TYPE *x, const float *w, const TYPE *dy, TYPE *dx, float *dw, int64_t batch,
              int64_t channels, int64_t in_steps, int64_t out_steps, int64_t kernel,
              int64_t stride, int64_t left) {
  static _Thread_local float padded[MAX_STEPS + MAX_KERNEL], wanted[MAX_STEPS],
      back[MAX_STEPS + MAX_KERNEL];
  for (int64_t row = 0; row < batch * channels; ++row) {
    const float *taps = w + (row % channels) * kernel;
    float *dtaps = dw + (row % channels) * kernel;
    memset(padded, 0, (size_t)left * sizeof(float));
    for (int64_t t = 0; t < in_steps; ++t) padded[left + t] = WIDEN(x[row * in_steps + t]);
    for (int64_t t = 0; t < out_steps; ++t) wanted[t] = WIDEN(dy[row * out_steps + t]);
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
    for (int64_t t = 0; t < in_steps; ++t) dx[row * in_steps + t] = NARROW(back[left + t]);
  }
}
