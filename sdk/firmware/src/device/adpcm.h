/* IMA ADPCM, 4 bits a sample: the golden clips. */
#ifndef ALLEARS_DEVICE_ADPCM_H
#define ALLEARS_DEVICE_ADPCM_H

#include <stdint.h>

/** Decoder state; zero it to start. */
typedef struct {
    int32_t predictor;
    int32_t index;
} allears_adpcm;

/** Decodes the next sample from its nibble, 0 to 15. */
int16_t allears_adpcm_next(allears_adpcm *adpcm, uint8_t nibble);

#endif
