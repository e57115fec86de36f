/* Audio kept in RAM for the host: the seconds around an event, or those to come. Off until the host
 * asks for it, forgotten on reset, never written to flash. */
#ifndef ALLEARS_DEVICE_KEEPING_H
#define ALLEARS_DEVICE_KEEPING_H

#include <stddef.h>
#include <stdint.h>

#include "allears_link_contract.h"
#include "allears_port.h"

/** Samples that a device with memory for it keeps. */
#define ALLEARS_KEEP_SAMPLES (ALLEARS_KEEP_MS * 16)

/** The clip that is being kept; sample 0 is the oldest. */
typedef struct {
    int16_t *ring; /* [ALLEARS_KEEP_SAMPLES], the port's; null: this board keeps nothing */
    uint32_t count; /* samples in it */
    uint32_t next;  /* where the next one goes */
    uint32_t left;  /* samples to come until the clip is whole, once that is known */
    uint32_t event; /* number of the event that it is kept for, once that came */
    uint32_t clips; /* whole ones since boot */
    uint8_t what;   /* ALLEARS_KEEP_… */
    uint8_t is_due; /* `left` counts */
    uint8_t is_ready;
} allears_keeping;

/** Begins to keep; what was kept is forgotten. Returns 0, or ALLEARS_REFUSAL_NO_KEEP_MEMORY. */
uint16_t allears_keeping_start(allears_keeping *keeping, uint8_t what);

/** Takes in what is heard. */
void allears_keeping_add(allears_keeping *keeping, const int16_t *samples, size_t count);

/** Takes note of an event: its number, and whether it is a wake word. */
void allears_keeping_note(allears_keeping *keeping, uint32_t event, int is_wake);

/** Samples of the clip that can be read: none of a ring that still turns. */
uint32_t allears_keeping_size(const allears_keeping *keeping);

/** Copies `count` samples from sample `at` on, which are there. */
void allears_keeping_read(const allears_keeping *keeping, uint32_t at, int16_t *samples,
                          uint32_t count);

#endif
