#include "vitals.h"

#include "board.h"

enum {
    TICK_HZ = 100,
    TICK_CYCLES = SYSTEM_CLOCK_HZ / TICK_HZ,
    CYCLES_A_US = SYSTEM_CLOCK_HZ / 1000000
};

extern uint32_t _stack_bottom[];
extern uint32_t _stack_top[];

static volatile uint32_t ticks;

/* Wakes the main loop besides, which then looks at the microphone. */
void systick_interrupt(void)
{
    ticks++;
}

void vitals_init(void)
{
    SYSTICK_RELOAD = TICK_CYCLES - 1;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = 7; /* core clock, interrupt, on */
}

uint32_t vitals_clock_us(void *context)
{
    uint32_t before;
    uint32_t left;
    (void)context;
    do {
        before = ticks;
        left = SYSTICK_VALUE;
    } while (before != ticks);
    return before * (TICK_CYCLES / CYCLES_A_US) + (TICK_CYCLES - 1 - left) / CYCLES_A_US;
}

uint32_t vitals_stack_used(void *context)
{
    const uint32_t *untouched = _stack_bottom;
    (void)context;
    while (untouched < _stack_top && *untouched == STACK_PAINT) untouched++;
    return (uint32_t)(_stack_top - untouched) * (uint32_t)sizeof *untouched;
}

uint32_t vitals_stack_bytes(void)
{
    return (uint32_t)(_stack_top - _stack_bottom) * (uint32_t)sizeof *_stack_bottom;
}
