#include "device/meter.h"

void allears_meter_add(allears_meter *meter, const int16_t *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int32_t sample = samples[i];
        uint32_t size = (uint32_t)(sample < 0 ? -sample : sample);
        if (size > meter->peak) meter->peak = size;
        meter->squares += size * size;
    }
    meter->count += (uint32_t)count;
}

uint32_t allears_meter_read(allears_meter *meter, uint32_t *peak)
{
    uint32_t power = meter->count != 0 ? (uint32_t)(meter->squares / meter->count) : 0;
    *peak = meter->peak;
    meter->squares = 0;
    meter->count = 0;
    meter->peak = 0;
    return power;
}
