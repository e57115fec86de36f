#include "frontend.h"

#include <string.h>

enum {
    FULL_SCALE = 666, /* From here on a feature is 127. */
    /* 255 / 665.6, which is feature_scale / feature_input_scale, in 18 bits. */
    STEPS_Q18 = 100431,
    HALF_Q18 = 1 << 17
};

static void plan_fft(ae_frontend *frontend)
{
    struct FftState *fft = &frontend->state.fft;
    frontend->fft.half_plan = &ae_fft;
    frontend->fft.work = frontend->fft_work;
    frontend->fft.split_twiddles = ae_fft_split_twiddles;
    fft->input = frontend->fft_input;
    fft->output = frontend->spectrum;
    fft->fft_size = AE_FFT_POINTS;
    fft->input_size = AE_WINDOW_SAMPLES;
    fft->scratch = &frontend->fft;
    fft->scratch_size = sizeof frontend->fft;
}

static void plan_filterbank(ae_frontend *frontend)
{
    /* The front end's pointers are not const, but it only reads through these. */
    struct FilterbankState *bank = &frontend->state.filterbank;
    bank->num_channels = ALLEARS_FEATURE_CHANNELS;
    bank->start_index = ae_filterbank_start;
    bank->end_index = ae_filterbank_end;
    bank->channel_frequency_starts = (int16_t *)ae_band_frequency_starts;
    bank->channel_weight_starts = (int16_t *)ae_band_weight_starts;
    bank->channel_widths = (int16_t *)ae_band_widths;
    bank->weights = (int16_t *)ae_band_weights;
    bank->unweights = (int16_t *)ae_band_unweights;
    bank->work = frontend->band_energy;
}

void ae_frontend_reset(ae_frontend *frontend)
{
    struct FrontendState *state = &frontend->state;
    memset(frontend, 0, sizeof *frontend);
    state->window.size = AE_WINDOW_SAMPLES;
    state->window.step = AE_STEP_SAMPLES;
    state->window.coefficients = (int16_t *)ae_window;
    state->window.input = frontend->window_input;
    state->window.output = frontend->window_output;
    plan_fft(frontend);
    plan_filterbank(frontend);
    state->noise_reduction.smoothing_bits = ALLEARS_NOISE_SMOOTHING_BITS;
    state->noise_reduction.even_smoothing = (uint16_t)ae_noise_even_smoothing;
    state->noise_reduction.odd_smoothing = (uint16_t)ae_noise_odd_smoothing;
    state->noise_reduction.min_signal_remaining = (uint16_t)ae_noise_min_signal_remaining;
    state->noise_reduction.num_channels = ALLEARS_FEATURE_CHANNELS;
    state->noise_reduction.estimate = frontend->noise_estimate;
    state->pcan_gain_control.enable_pcan = 1;
    state->pcan_gain_control.noise_estimate = frontend->noise_estimate;
    state->pcan_gain_control.num_channels = ALLEARS_FEATURE_CHANNELS;
    state->pcan_gain_control.gain_lut = (int16_t *)ae_gain_table;
    state->pcan_gain_control.snr_shift = ae_gain_snr_shift;
    state->log_scale.enable_log = 1;
    state->log_scale.scale_shift = ALLEARS_LOG_SCALE_SHIFT;
}

int8_t ae_quantise_feature(uint16_t feature)
{
    if (feature >= FULL_SCALE) {
        return 127;
    }
    uint32_t steps = ((uint32_t)feature * STEPS_Q18 + HALF_Q18) >> 18;
    return (int8_t)((int32_t)steps + ALLEARS_FEATURE_INPUT_ZERO_POINT);
}

int ae_frontend_step(ae_frontend *frontend, const int16_t *samples, int8_t *features)
{
    size_t taken;
    struct FrontendOutput output =
        FrontendProcessSamples(&frontend->state, samples, AE_STEP_SAMPLES, &taken);
    for (size_t i = 0; i < output.size; i++) {
        features[i] = ae_quantise_feature(output.values[i]);
    }
    return output.size != 0;
}

int ae_frontend_hear(ae_frontend *frontend, const ae_level *level, const int16_t *samples,
                     int8_t *features)
{
    int16_t levelled[AE_STEP_SAMPLES];
    ae_level_attenuate(level, samples, AE_STEP_SAMPLES, levelled);
    return ae_frontend_step(frontend, levelled, features);
}
