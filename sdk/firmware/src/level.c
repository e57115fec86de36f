#include "level.h"

#include "allears_contract.h"

void ae_level_reset(ae_level *level)
{
    level->loudest = INT16_MAX;
    level->shift = ALLEARS_LEVEL_MOST_SHIFT;
    level->unsettled_blocks = 0;
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
    int32_t highest = INT16_MIN, lowest = INT16_MAX;
    for (size_t i = 0; i < count; i++) {
        highest = samples[i] > highest ? samples[i] : highest;
        lowest = samples[i] < lowest ? samples[i] : lowest;
    }
    /* Half of the swing, for a microphone may have an offset. */
    int32_t peak = (highest - lowest) >> 1;
    int32_t before = level->loudest - (level->loudest >> ALLEARS_LEVEL_RELEASE_BITS);
    level->loudest = (uint16_t)(peak > before ? peak : before);
    if (!ae_level_is_overdue(level)) {
        level->unsettled_blocks++;
    }
}

int ae_level_is_overdue(const ae_level *level)
{
    return level->unsettled_blocks >= ALLEARS_LEVEL_PATIENCE_BLOCKS;
}

void ae_level_settle(ae_level *level, int least_bits)
{
    int wanted = 0;
    while (wanted < ALLEARS_LEVEL_MOST_SHIFT &&
           level->loudest >> wanted >> ALLEARS_LEVEL_BITS > 0) {
        wanted++;
    }
    level->unsettled_blocks = 0;
    if (wanted - level->shift >= least_bits || level->shift - wanted >= least_bits) {
        level->shift = (uint8_t)wanted;
    }
}
