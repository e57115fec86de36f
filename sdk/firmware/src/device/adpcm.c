#include "device/adpcm.h"

/* The step sizes of the IMA's recommended practice: each 1.1 times the last. */
static const int16_t STEPS[89] = {
    7,     8,     9,     10,    11,    12,    13,    14,    16,    17,    19,    21,    23,
    25,    28,    31,    34,    37,    41,    45,    50,    55,    60,    66,    73,    80,
    88,    97,    107,   118,   130,   143,   157,   173,   190,   209,   230,   253,   279,
    307,   337,   371,   408,   449,   494,   544,   598,   658,   724,   796,   876,   963,
    1060,  1166,  1282,  1411,  1552,  1707,  1878,  2066,  2272,  2499,  2749,  3024,  3327,
    3660,  4026,  4428,  4871,  5358,  5894,  6484,  7132,  7845,  8630,  9493,  10442, 11487,
    12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
};

static const int8_t INDEX_CHANGE[8] = {-1, -1, -1, -1, 2, 4, 6, 8};

static int32_t clip(int32_t value, int32_t low, int32_t high)
{
    return value < low ? low : value > high ? high : value;
}

int16_t allears_adpcm_next(allears_adpcm *adpcm, uint8_t nibble)
{
    int32_t step = STEPS[adpcm->index];
    int32_t change = step >> 3;
    if (nibble & 4) change += step;
    if (nibble & 2) change += step >> 1;
    if (nibble & 1) change += step >> 2;
    adpcm->predictor += nibble & 8 ? -change : change;
    adpcm->predictor = clip(adpcm->predictor, INT16_MIN, INT16_MAX);
    adpcm->index = clip(adpcm->index + INDEX_CHANGE[nibble & 7], 0, 88);
    return (int16_t)adpcm->predictor;
}
