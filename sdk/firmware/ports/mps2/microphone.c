#include "microphone.h"

#include "board.h"

/* Shared with tools/allears_tools/board/microphone.py. The counters only grow and wrap at 2^32;
 * sample n lies at n % RING_SAMPLES. */
typedef struct {
    volatile uint32_t recorded; /* samples, written by the host */
    volatile uint32_t taken;    /* samples, written here */
} ring_head;

enum { RING_OFFSET = 4096, RING_SAMPLES = 32768 };

static ring_head *const HEAD = (ring_head *)MICROPHONE_ADDRESS;
static const volatile int16_t *const RING = (const volatile int16_t *)(MICROPHONE_ADDRESS +
                                                                       RING_OFFSET);

void microphone_init(void)
{
    HEAD->taken = HEAD->recorded;
}

size_t microphone_read(int16_t *samples, size_t count)
{
    uint32_t taken = HEAD->taken;
    uint32_t waiting = HEAD->recorded - taken;
    __asm volatile("dmb"); /* the counter before the samples */
    if (waiting < count) count = waiting;
    for (size_t i = 0; i < count; i++) samples[i] = RING[(taken + i) % RING_SAMPLES];
    __asm volatile("dmb");
    HEAD->taken = taken + (uint32_t)count;
    return count;
}
