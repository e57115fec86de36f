/* Audio to features: TensorFlow Lite Micro's audio front end, without allocation or floating point. */
#ifndef ALLEARS_FRONTEND_H
#define ALLEARS_FRONTEND_H

#include <stdint.h>

#include "allears_contract.h"
#include "frontend_tables.h"
#include "level.h"
#include "tensorflow/lite/experimental/microfrontend/lib/frontend.h"

enum { AE_STEP_SAMPLES = ALLEARS_SAMPLE_RATE_HZ / 1000 * ALLEARS_FEATURE_STEP_MS };

/** kissfft's plan of a real transform. */
typedef struct {
    const void *half_plan;
    void *work;
    const void *split_twiddles;
} ae_real_fft_plan;

/** The front end of one stream. */
typedef struct {
    struct FrontendState state;
    ae_real_fft_plan fft;
    uint64_t band_energy[AE_BANDS];
    uint32_t noise_estimate[ALLEARS_FEATURE_CHANNELS];
    struct complex_int16_t spectrum[AE_FFT_POINTS + 2]; /* then energies, 32 bits each */
    struct complex_int16_t fft_work[AE_FFT_POINTS / 2];
    int16_t window_input[AE_WINDOW_SAMPLES];
    int16_t window_output[AE_WINDOW_SAMPLES];
    int16_t fft_input[AE_FFT_POINTS];
} ae_frontend;

/** Begin a stream. The structure may not move afterwards. */
void ae_frontend_reset(ae_frontend *frontend);

/** Take in AE_STEP_SAMPLES and write one frame of features as the models take them, int8
 *  [ALLEARS_FEATURE_CHANNELS]. Returns 1, or 0 in the first two steps, which give no frame. */
int ae_frontend_step(ae_frontend *frontend, const int16_t *samples, int8_t *features);

/** The same of samples at the level that the models hear best. */
int ae_frontend_hear(ae_frontend *frontend, const ae_level *level, const int16_t *samples,
                     int8_t *features);

/** The int8 form of what the front end gives. */
int8_t ae_quantise_feature(uint16_t feature);

#endif
