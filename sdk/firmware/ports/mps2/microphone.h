/* The microphone: a ring in memory that the host fills, as a DMA controller would. */
#ifndef MPS2_MICROPHONE_H
#define MPS2_MICROPHONE_H

#include <stddef.h>
#include <stdint.h>

/** Drops what was recorded before. */
void microphone_init(void);

/** Copies at most `count` recorded samples, oldest first. Returns how many. */
size_t microphone_read(int16_t *samples, size_t count);

#endif
