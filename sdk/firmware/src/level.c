#include "level.h"

#include "allears_contract.h"

enum { FULL_SCALE = INT16_MAX };

void ae_level_reset(ae_level *level)
{
    level->loudest = FULL_SCALE;
    level->shift = ALLEARS_LEVEL_MOST_SHIFT;
}

void ae_level_attenuate(const ae_level *level, const int16_t *samples, size_t count,
                        int16_t *attenuated)
{
    /* Counted from the lowest sample: a negative number's right shift is the compiler's choice. */
    const int32_t lowest = -INT32_C(32768), shift = level->shift;
    const int32_t half = (INT32_C(1) << shift) >> 1;
    for (size_t i = 0; i < count; i++) {
        int32_t up = samples[i] - lowest + half;
        attenuated[i] = (int16_t)((up >> shift) - (-lowest >> shift));
    }
}

void ae_level_hear_speech(ae_level *level, const int16_t *samples, size_t count)
{
    int32_t peak = level->loudest - (level->loudest >> ALLEARS_LEVEL_RELEASE_BITS);
    for (size_t i = 0; i < count; i++) {
        int32_t height = samples[i] < 0 ? -samples[i] : samples[i];
        peak = height > peak ? height : peak;
    }
    level->loudest = (uint16_t)(peak < FULL_SCALE ? peak : FULL_SCALE);
}

void ae_level_settle(ae_level *level)
{
    level->shift = 0;
    while (level->shift < ALLEARS_LEVEL_MOST_SHIFT &&
           level->loudest >> level->shift >> ALLEARS_LEVEL_BITS > 0) {
        level->shift++;
    }
}
