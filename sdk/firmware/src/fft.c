/* The front end's fft.cc in C: kissfft in 16 bits, its plan in flash. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend.h"

#define FIXED_POINT 16
#include "kiss_fft.cc"
#ifdef __ARM_FEATURE_DSP
#include "fft_dual.h"

static void transform(kiss_fft_cfg plan, const kiss_fft_cpx *in, kiss_fft_cpx *out)
{
    ae_transform((int16x2_t *)(void *)out, (const int16x2_t *)(const void *)in, 1,
                 (uint32_t)plan->nfft / 4, (const int16x2_t *)(const void *)plan->twiddles);
}

#define kiss_fft transform
#endif
#include "tools/kiss_fftr.cc"

void FftInit(struct FftState *state)
{
    (void)state;
}

void FftCompute(struct FftState *state, const int16_t *input, int input_scale_shift)
{
    for (size_t i = 0; i < state->input_size; i++) {
        state->input[i] = (int16_t)((uint16_t)input[i] << input_scale_shift);
    }
    memset(state->input + state->input_size, 0,
           (state->fft_size - state->input_size) * sizeof *state->input);
    kiss_fftr(state->scratch, state->input, (kiss_fft_cpx *)state->output);
}

void FftReset(struct FftState *state)
{
    memset(state->input, 0, state->fft_size * sizeof *state->input);
}
