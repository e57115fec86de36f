/* Audio as loud as the models hear it best, however loud the speaker is. As allears/level.py. */
#ifndef ALLEARS_LEVEL_H
#define ALLEARS_LEVEL_H

#include <stddef.h>
#include <stdint.h>

/** The attenuation of one stream, in whole bits; it changes in pauses, or after long speech without. */
typedef struct {
    uint16_t loudest;
    uint8_t shift;
    uint16_t unsettled_blocks;
} ae_level;

/** Begin a stream as if speech at full scale had been heard. */
void ae_level_reset(ae_level *level);

/** Write `count` samples as the front end is to hear them, rounded half up. */
void ae_level_attenuate(const ae_level *level, const int16_t *samples, size_t count,
                        int16_t *attenuated);

/** Follow the loudest peak, in a block in which there is speech. */
void ae_level_hear_speech(ae_level *level, const int16_t *samples, size_t count);

/** Whether there was no pause to settle in for so long that it must be done without. */
int ae_level_is_overdue(const ae_level *level);

/** Attenuate by what the speech so far asks for, where that is `least_bits` away; while nobody speaks,
 *  or when overdue. */
void ae_level_settle(ae_level *level, int least_bits);

#endif
