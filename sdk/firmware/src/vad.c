#include "vad.h"

#include <string.h>

void ae_vad_reset(ae_vad *vad, int aggressiveness)
{
    memset(vad, 0, sizeof *vad);
    WebRtcVad_InitCore(vad);
    WebRtcVad_set_mode_core(vad, aggressiveness);
}

int ae_vad_is_speech(ae_vad *vad, const int16_t *samples)
{
    return WebRtcVad_CalcVad16khz(vad, samples, AE_VAD_SAMPLES) > 0;
}
