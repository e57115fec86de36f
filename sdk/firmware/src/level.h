/* Audio as loud as the models hear it best, however loud the speaker is. As allears/level.py. */
#ifndef ALLEARS_LEVEL_H
#define ALLEARS_LEVEL_H

#include <stddef.h>
#include <stdint.h>

/** The attenuation of one stream, in whole bits; between utterances only does it change. */
typedef struct {
    uint16_t loudest;
    uint8_t shift;
} ae_level;

/** Begin a stream as if speech at full scale had been heard. */
void ae_level_reset(ae_level *level);

/** Write `count` samples as the front end is to hear them, rounded half up. */
void ae_level_attenuate(const ae_level *level, const int16_t *samples, size_t count,
                        int16_t *attenuated);

/** Follow the loudest peak, in a block in which there is speech. */
void ae_level_hear_speech(ae_level *level, const int16_t *samples, size_t count);

/** Attenuate by what the speech so far asks for; while nobody speaks. */
void ae_level_settle(ae_level *level);

#endif
