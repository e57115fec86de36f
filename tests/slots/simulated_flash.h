/* A NOR flash in memory: its rules are held, and its power may fail at any byte. */
#ifndef SIMULATED_FLASH_H
#define SIMULATED_FLASH_H

#include <setjmp.h>
#include <stdint.h>

#include "slots/layout.h"

extern uint8_t flash[ALLEARS_FLASH_BYTES];

/** Where the power's failing jumps to. */
extern jmp_buf power_lost;

/** Writes until the power fails; an erase counts for several. */
extern uint64_t writes_left;
extern uint64_t writes_made;

/** Of next_random(); not 0. */
extern uint32_t random_state;

uint32_t next_random(void);

/** Prints what went wrong and ends the program. */
void fail(const char *what, int64_t detail);

int simulated_program(void *context, uint32_t address, const void *data, uint32_t size);
int simulated_erase(void *context, uint32_t address);

#endif
