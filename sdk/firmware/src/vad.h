/* Is somebody speaking? WebRTC's voice activity detector, without allocation. */
#ifndef ALLEARS_VAD_H
#define ALLEARS_VAD_H

#include <stdint.h>

#include "webrtc/common_audio/vad/vad_core.h"

enum { AE_VAD_SAMPLES = 480 /* 30 ms */ };

typedef VadInstT ae_vad;

/** Begin a stream. aggressiveness: 0 (calls much speech) to 3. */
void ae_vad_reset(ae_vad *vad, int aggressiveness);

/** Returns 1 if AE_VAD_SAMPLES hold speech, else 0. */
int ae_vad_is_speech(ae_vad *vad, const int16_t *samples);

#endif
