/* What boots: one small record a change, appended, so that a change happens wholly or not at all. */
#ifndef ALLEARS_SLOTS_JOURNAL_H
#define ALLEARS_SLOTS_JOURNAL_H

#include <stdint.h>

#include "allears_port.h"

/** The state that the journal keeps. */
typedef struct {
    uint32_t counter;   /* lowest security counter that is accepted */
    uint16_t refusal;   /* why the last trial ended, 0 for none */
    uint8_t confirmed;  /* slot, or ALLEARS_NO_SLOT */
    uint8_t trial_slot; /* slot, or ALLEARS_NO_SLOT */
    uint8_t trial;      /* ALLEARS_TRIAL_… */
} allears_journal_state;

/** The state, and where its record lies. */
typedef struct {
    allears_journal_state state;
    uint32_t sequence; /* of the newest record; 0 without one */
    uint32_t address;  /* of the newest record */
} allears_journal;

/** Finds the newest valid record; without one: nothing confirmed, no trial, counter 0. */
void allears_journal_read(allears_journal *journal, const allears_port_t *port);

/** Appends a record; `journal` changes once it is in the flash.
 * Returns 0, or ALLEARS_REFUSAL_FLASH_FAILED. */
uint16_t allears_journal_write(allears_journal *journal, const allears_port_t *port,
                               const allears_journal_state *state);

#endif
