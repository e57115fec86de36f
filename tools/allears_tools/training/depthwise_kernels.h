/* For one TYPE; included by depthwise.c for each.
   Rows are [batch, channels] where repeat is 1, [channels, repeat] where it is the batch. */

/* y[t] = sum_k w[k] x[t stride + k - left]; x is 0 outside. */
void FORWARD(const TYPE *x, const float *w, TYPE *y, int64_t batch, int64_t channels,
             int64_t repeat, int64_t in_steps, int64_t out_steps, int64_t kernel, int64_t stride,
             int64_t left) {
  static _Thread_local float padded[MAX_STEPS + MAX_KERNEL], sum[MAX_STEPS];
  for (int64_t row = 0; row < batch * channels; ++row) {
    const float *taps = w + (row / repeat % channels) * kernel;
    memset(padded, 0, (size_t)left * sizeof(float));
    for (int64_t t = 0; t < in_steps; ++t) padded[left + t] = WIDEN(x[row * in_steps + t]);
    if (stride == 1)
      slide(padded, taps, sum, out_steps, kernel);
    else
      slide_far(padded, taps, sum, out_steps, kernel, stride);
    for (int64_t t = 0; t < out_steps; ++t) y[row * out_steps + t] = NARROW(sum[t]);
  }
}

/* Gradients of the input (written) and of the taps (added to dw). */
void BACKWARD(const TYPE *x, const float *w, const TYPE *dy, TYPE *dx, float *dw, int64_t batch,
              int64_t channels, int64_t repeat, int64_t in_steps, int64_t out_steps,
              int64_t kernel, int64_t stride, int64_t left) {
  static _Thread_local float padded[MAX_STEPS + MAX_KERNEL], wanted[MAX_STEPS + 2 * MAX_KERNEL],
      back[MAX_STEPS + MAX_KERNEL];
  for (int64_t row = 0; row < batch * channels; ++row) {
    const float *taps = w + (row / repeat % channels) * kernel;
    float *dtaps = dw + (row / repeat % channels) * kernel;
    memset(padded, 0, (size_t)left * sizeof(float));
    for (int64_t t = 0; t < in_steps; ++t) padded[left + t] = WIDEN(x[row * in_steps + t]);
    if (stride == 1) {
      /* The taps the other way round slide over the gradient, with zeros on both sides. */
      float turned[MAX_KERNEL], *middle = wanted + kernel - 1;
      for (int64_t k = 0; k < kernel; ++k) turned[k] = taps[kernel - 1 - k];
      memset(wanted, 0, (size_t)(kernel - 1) * sizeof(float));
      for (int64_t t = 0; t < out_steps; ++t) middle[t] = WIDEN(dy[row * out_steps + t]);
      memset(middle + out_steps, 0, (size_t)(kernel - 1) * sizeof(float));
      slide(wanted, turned, back, in_steps + left, kernel);
      correlate(padded, middle, dtaps, out_steps, kernel);
    } else {
      for (int64_t t = 0; t < out_steps; ++t) wanted[t] = WIDEN(dy[row * out_steps + t]);
      for (int64_t t = 0; t < in_steps + left; ++t) back[t] = 0;
      for (int64_t k = 0; k < kernel; ++k) {
        const float tap = taps[k];
        float total = 0;
        for (int64_t t = 0; t < out_steps; ++t) {
          back[t * stride + k] += tap * wanted[t];
          total += padded[t * stride + k] * wanted[t];
        }
        dtaps[k] += total;
      }
    }
    for (int64_t t = 0; t < in_steps; ++t) dx[row * in_steps + t] = NARROW(back[left + t]);
  }
}
