/* The listener of the pack that runs, its events kept for the host, and the self-test. */
#ifndef ALLEARS_DEVICE_HEARING_H
#define ALLEARS_DEVICE_HEARING_H

#include <stddef.h>
#include <stdint.h>

#include "allears.h"
#include "allears_link_contract.h"
#include "slots/pack.h"

/** An event as the host reads it; names stay in the pack. */
typedef struct {
    uint32_t at_ms; /* position in its stream */
    int32_t number; /* or ALLEARS_NO_NUMBER */
    uint16_t score; /* in 1/256 */
    uint16_t command;
    uint8_t kind; /* ALLEARS_WAKE or ALLEARS_COMMAND */
    uint8_t language;
} allears_heard;

typedef struct {
    void *memory;
    size_t memory_bytes;
    allears_models models;
    allears_listener *listener; /* null while no pack runs */
    uint64_t samples;           /* heard since boot */
    uint32_t next;              /* number that the next event gets */
    uint32_t wakes;
    uint32_t commands;
    allears_heard events[ALLEARS_MAX_EVENTS]; /* event n at n % ALLEARS_MAX_EVENTS */
} allears_hearing;

/** Loads a pack's models; with `self_test` also plays its golden clips. `context` is an
 * allears_hearing. Returns 0, or ALLEARS_REFUSAL_…; then no pack runs. */
uint16_t allears_hearing_load(void *context, const allears_pack *pack, int self_test);

/** Hears samples and keeps the events. */
void allears_hearing_feed(allears_hearing *hearing, const int16_t *samples, size_t count);

/** Ends the stream: what is still due is decided, and the listener starts anew. */
void allears_hearing_end(allears_hearing *hearing);

/** Milliseconds heard since boot. */
uint32_t allears_hearing_ms(const allears_hearing *hearing);

/** Event `n`, which is one of the last ALLEARS_MAX_EVENTS. */
const allears_heard *allears_hearing_event(const allears_hearing *hearing, uint32_t n);

/** What an event names, and how long that is: a command's id, or the wake word. */
const char *allears_hearing_name(const allears_hearing *hearing, const allears_heard *heard,
                                 size_t *length);

#endif
