/* What the board tells of itself: its clock, and how deep its stack ever was. */
#ifndef MPS2_VITALS_H
#define MPS2_VITALS_H

#include <stdint.h>

/** Starts the clock and its interrupt, TICK_HZ times a second. */
void vitals_init(void);

/** Microseconds since vitals_init(), modulo 2^32; `context` is not used. */
uint32_t vitals_clock_us(void *context);

/** Most bytes of the stack ever used; `context` is not used. */
uint32_t vitals_stack_used(void *context);

/** Size of the stack in bytes. */
uint32_t vitals_stack_bytes(void);

#endif
