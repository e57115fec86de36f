#include "ear.h"

#include <string.h>

const int8_t *ae_recent_block(const allears_listener *listener, uint32_t ago)
{
    uint32_t at = (listener->recent_next + 2 * AE_RECENT_BLOCKS - 1 - ago) % AE_RECENT_BLOCKS;
    return listener->recent + at * AE_BLOCK_VALUES;
}

void ae_ear_reset(allears_listener *listener)
{
    listener->ear_waiting = 0;
    if (listener->ear.words != NULL) {
        ae_program_reset(&listener->ear, listener->ear_state);
    }
}

void ae_ear_take(allears_listener *listener, const int8_t *features)
{
    memcpy(listener->ear_features + listener->ear_waiting, features, AE_BLOCK_VALUES);
    listener->ear_waiting += AE_BLOCK_VALUES;
}

int ae_ear_step(allears_listener *listener)
{
    if (listener->ear_waiting < AE_EAR_VALUES) {
        return 0;
    }
    memcpy(ae_program_input(&listener->ear, listener->ear_state, listener->scratch),
           listener->ear_features, AE_EAR_VALUES);
    const int8_t *embedding =
        ae_program_run(&listener->ear, listener->ear_state, listener->scratch);
    memcpy(listener->embedding, embedding, sizeof listener->embedding);
    listener->ear_waiting -= AE_EAR_VALUES;
    memmove(listener->ear_features, listener->ear_features + AE_EAR_VALUES,
            listener->ear_waiting);
    return 1;
}
