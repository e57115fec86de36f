/* Two slots: which pack runs, which is on trial, and what becomes of it. See docs/pack-format.md. */
#ifndef ALLEARS_SLOTS_SLOTS_H
#define ALLEARS_SLOTS_SLOTS_H

#include <stdint.h>

#include "allears_port.h"
#include "slots/journal.h"
#include "slots/pack.h"
#include "slots/upload.h"

/** Loads the models of a pack and, where `self_test` is set, plays it its golden clips.
 * Returns 0, or ALLEARS_REFUSAL_… */
typedef uint16_t (*allears_load)(void *context, const allears_pack *pack, int self_test);

typedef struct {
    const allears_port_t *port;
    allears_trust trust;
    allears_journal journal;
    allears_upload upload;
    allears_pack running;  /* the pack that runs; its pointers are into its slot */
    uint8_t running_slot;  /* or ALLEARS_NO_SLOT */
    uint16_t last_refusal; /* since the boot, else the journal's */
} allears_slots;

/** What the image group's state tells of a slot. */
typedef struct {
    allears_pack pack;
    uint8_t slot;
    uint8_t is_bootable;
    uint8_t is_pending;
    uint8_t is_confirmed;
    uint8_t is_active;
} allears_slot_view;

/** Reads the journal and boots: the pack on trial if one waits for it and proves itself, else the
 * confirmed one, else none. A trial that was not confirmed ends here. */
void allears_slots_boot(allears_slots *slots, const allears_port_t *port, allears_load load,
                        void *context);

/** Looks at a slot. Returns 1, or 0 where it holds no pack. */
int allears_slots_view(const allears_slots *slots, uint8_t slot, allears_slot_view *view);

/** Sets the pack with this hash for test. Returns 0, or ALLEARS_REFUSAL_… */
uint16_t allears_slots_test(allears_slots *slots, const uint8_t *hash, uint32_t size);

/** Confirms the pack that runs; `hash` may be null. Returns 0, or ALLEARS_REFUSAL_… */
uint16_t allears_slots_confirm(allears_slots *slots, const uint8_t *hash, uint32_t size);

/** Erases a slot. Returns 0, or ALLEARS_REFUSAL_… */
uint16_t allears_slots_erase(allears_slots *slots, uint32_t slot);

/** The slot that an upload goes to: the one that is not confirmed. */
uint8_t allears_slots_target(const allears_slots *slots);

/** What an upload request brings; `sha256` is null where it does not say. */
typedef struct {
    uint32_t offset;
    uint32_t length; /* at offset 0 */
    const uint8_t *sha256;
    const uint8_t *data;
    uint32_t size; /* of data */
} allears_upload_request;

/** Takes a request. Returns 0, or ALLEARS_REFUSAL_…
 *  @param offset next byte wanted.
 *  @param matches 1 once all has come and is what was announced, else 0. */
uint16_t allears_slots_upload(allears_slots *slots, const allears_upload_request *request,
                              uint32_t *offset, int *matches);

#endif
