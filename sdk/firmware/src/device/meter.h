/* How loud it is, and what hearing costs. */
#ifndef ALLEARS_DEVICE_METER_H
#define ALLEARS_DEVICE_METER_H

#include <stddef.h>
#include <stdint.h>

/** Since the meter was read last, but for the time. */
typedef struct {
    uint64_t squares; /* sum of the squared samples */
    uint32_t count;   /* samples */
    uint32_t peak;    /* largest sample without its sign */
    uint32_t busy_us; /* time spent hearing since boot, modulo 2^32 */
} allears_meter;

/** Takes in what is heard. */
void allears_meter_add(allears_meter *meter, const int16_t *samples, size_t count);

/** Returns the mean of the squared samples and starts anew; `peak` is the largest sample. */
uint32_t allears_meter_read(allears_meter *meter, uint32_t *peak);

#endif
