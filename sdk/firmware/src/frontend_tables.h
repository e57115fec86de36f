/* Constants of the audio front end, in flash. */
#ifndef ALLEARS_FRONTEND_TABLES_H
#define ALLEARS_FRONTEND_TABLES_H

#include <stdint.h>

enum { AE_WINDOW_SAMPLES = 480, AE_FFT_POINTS = 512, AE_BANDS = 41 };

/** Laid out as kissfft's plan of a complex transform of half the points. */
typedef struct {
    int points;
    int inverse;
    int factors[64];
    int16_t twiddles[AE_FFT_POINTS];
} ae_fft_plan;

extern const int32_t ae_filterbank_start, ae_filterbank_end;
extern const int32_t ae_noise_even_smoothing, ae_noise_odd_smoothing;
extern const int32_t ae_noise_min_signal_remaining, ae_gain_snr_shift;
extern const int16_t ae_window[AE_WINDOW_SAMPLES];
extern const int16_t ae_band_frequency_starts[AE_BANDS];
extern const int16_t ae_band_weight_starts[AE_BANDS];
extern const int16_t ae_band_widths[AE_BANDS];
extern const int16_t ae_band_weights[], ae_band_unweights[], ae_gain_table[];
extern const ae_fft_plan ae_fft;
extern const int16_t ae_fft_split_twiddles[AE_FFT_POINTS / 2];

#endif
