#include "slots/slots.h"

#include <string.h>

#include "slots/layout.h"
#include "slots/record.h"

static uint16_t change(allears_slots *slots, const allears_journal_state *state)
{
    return allears_journal_write(&slots->journal, slots->port, state);
}

/* Reads the pack in a slot and checks all that needs no models. */
static uint16_t check_slot(const allears_slots *slots, uint8_t slot, allears_pack *pack)
{
    allears_record record;
    if (slot == ALLEARS_NO_SLOT || !allears_record_holds(slots->port, slot, &record))
        return ALLEARS_REFUSAL_NO_SUCH_PACK;
    uint16_t refusal = allears_pack_read(slots->port->flash + ALLEARS_SLOT_ADDRESS(slot),
                                         record.length, pack);
    if (refusal == 0)
        refusal = allears_pack_judge_head(&pack->head, &slots->trust, slots->journal.state.counter);
    if (refusal == 0) refusal = allears_pack_check(pack, &slots->trust);
    return refusal;
}

static uint16_t run_slot(allears_slots *slots, uint8_t slot, int self_test, allears_load load,
                         void *context)
{
    allears_pack pack;
    uint16_t refusal = check_slot(slots, slot, &pack);
    if (refusal == 0) refusal = load(context, &pack, self_test);
    if (refusal != 0) return refusal;
    slots->running = pack;
    slots->running_slot = slot;
    return 0;
}

/* The trial is over, without success. */
static void forget_trial(allears_slots *slots, uint16_t refusal)
{
    allears_journal_state state = slots->journal.state;
    state.trial = ALLEARS_TRIAL_NONE;
    state.trial_slot = ALLEARS_NO_SLOT;
    state.refusal = refusal;
    change(slots, &state);
}

void allears_slots_boot(allears_slots *slots, const allears_port_t *port, allears_load load,
                        void *context)
{
    memset(slots, 0, sizeof *slots);
    slots->port = port;
    slots->running_slot = ALLEARS_NO_SLOT;
    allears_trust_init(&slots->trust, port->board, port->public_key);
    allears_journal_read(&slots->journal, port);
    allears_journal_state state = slots->journal.state;
    if (state.trial == ALLEARS_TRIAL_RUNNING) {
        forget_trial(slots, ALLEARS_REFUSAL_NOT_CONFIRMED);
    } else if (state.trial == ALLEARS_TRIAL_REQUESTED) {
        state.trial = ALLEARS_TRIAL_RUNNING; /* from here on a reset reverts */
        uint16_t refusal = change(slots, &state);
        if (refusal == 0) refusal = run_slot(slots, state.trial_slot, 1, load, context);
        if (refusal != 0) forget_trial(slots, refusal);
    }
    slots->last_refusal = slots->journal.state.refusal;
    if (slots->running_slot == ALLEARS_NO_SLOT && state.confirmed != ALLEARS_NO_SLOT) {
        uint16_t refusal = run_slot(slots, state.confirmed, 0, load, context);
        if (refusal != 0) slots->last_refusal = refusal;
    }
}

int allears_slots_view(const allears_slots *slots, uint8_t slot, allears_slot_view *view)
{
    const allears_journal_state *state = &slots->journal.state;
    allears_record record;
    if (!allears_record_holds(slots->port, slot, &record)) return 0;
    uint16_t refusal = allears_pack_read(slots->port->flash + ALLEARS_SLOT_ADDRESS(slot),
                                         record.length, &view->pack);
    if (refusal != 0 || view->pack.hash == 0) return 0;
    view->slot = slot;
    view->is_confirmed = slot == state->confirmed;
    view->is_active = slot == slots->running_slot;
    view->is_pending = state->trial == ALLEARS_TRIAL_REQUESTED && slot == state->trial_slot;
    view->is_bootable = allears_pack_judge_head(&view->pack.head, &slots->trust, state->counter) ==
                        0;
    return 1;
}

/* The slot whose pack has this hash, or none. */
static uint8_t find_hash(const allears_slots *slots, const uint8_t *hash, uint32_t size)
{
    if (size != ALLEARS_SHA256_BYTES) return ALLEARS_NO_SLOT;
    for (uint8_t slot = 0; slot < ALLEARS_SLOT_COUNT; slot++) {
        allears_slot_view view;
        if (allears_slots_view(slots, slot, &view) && memcmp(view.pack.hash, hash, size) == 0)
            return slot;
    }
    return ALLEARS_NO_SLOT;
}

uint16_t allears_slots_test(allears_slots *slots, const uint8_t *hash, uint32_t size)
{
    allears_journal_state state = slots->journal.state;
    uint8_t slot = find_hash(slots, hash, size);
    allears_pack pack;
    if (slot == ALLEARS_NO_SLOT) return ALLEARS_REFUSAL_NO_SUCH_PACK;
    if (slot == slots->running_slot) return 0;
    if (state.trial == ALLEARS_TRIAL_RUNNING) return ALLEARS_REFUSAL_NO_FREE_SLOT;
    uint16_t refusal = check_slot(slots, slot, &pack);
    if (refusal != 0) return refusal;
    if (state.trial == ALLEARS_TRIAL_REQUESTED && state.trial_slot == slot) return 0;
    state.trial = ALLEARS_TRIAL_REQUESTED;
    state.trial_slot = slot;
    state.refusal = 0;
    return change(slots, &state);
}

uint16_t allears_slots_confirm(allears_slots *slots, const uint8_t *hash, uint32_t size)
{
    allears_journal_state state = slots->journal.state;
    if (slots->running_slot == ALLEARS_NO_SLOT) return ALLEARS_REFUSAL_NOTHING_RUNS;
    if (hash != 0) {
        uint8_t slot = find_hash(slots, hash, size);
        if (slot == ALLEARS_NO_SLOT) return ALLEARS_REFUSAL_NO_SUCH_PACK;
        if (slot != slots->running_slot) return ALLEARS_REFUSAL_UNTESTED;
    }
    if (state.confirmed == slots->running_slot) return 0;
    state.confirmed = slots->running_slot;
    state.trial = ALLEARS_TRIAL_NONE;
    state.trial_slot = ALLEARS_NO_SLOT;
    state.refusal = 0;
    if (slots->running.head.counter > state.counter) state.counter = slots->running.head.counter;
    return change(slots, &state);
}

/* A trial of `slot` that was asked for and has not begun is withdrawn. */
static uint16_t withdraw_trial(allears_slots *slots, uint8_t slot)
{
    allears_journal_state state = slots->journal.state;
    if (state.trial != ALLEARS_TRIAL_REQUESTED || state.trial_slot != slot) return 0;
    state.trial = ALLEARS_TRIAL_NONE;
    state.trial_slot = ALLEARS_NO_SLOT;
    return change(slots, &state);
}

uint16_t allears_slots_erase(allears_slots *slots, uint32_t slot)
{
    if (slot >= ALLEARS_SLOT_COUNT) return ALLEARS_REFUSAL_NO_SUCH_SLOT;
    if (slot == slots->journal.state.confirmed || slot == slots->running_slot)
        return ALLEARS_REFUSAL_SLOT_IN_USE;
    uint16_t refusal = withdraw_trial(slots, (uint8_t)slot);
    if (refusal != 0) return refusal;
    if (slots->upload.slot == slot) slots->upload.length = 0;
    return allears_record_erase(slots->port, (uint8_t)slot) == 0 ? 0 : ALLEARS_REFUSAL_FLASH_FAILED;
}

uint8_t allears_slots_target(const allears_slots *slots)
{
    return slots->journal.state.confirmed == 0 ? 1 : 0;
}

/* Whether a slot holds this very file; one that does not match its record's hash is forgotten. */
static int holds_file(allears_slots *slots, uint8_t slot, const allears_upload_request *request)
{
    allears_record record;
    if (request->sha256 == 0 || !allears_record_holds(slots->port, slot, &record) ||
        record.length != request->length ||
        memcmp(record.sha256, request->sha256, ALLEARS_SHA256_BYTES) != 0)
        return 0;
    if (slot == slots->running_slot ||
        allears_upload_is_whole(request->sha256, slots->port->flash + ALLEARS_SLOT_ADDRESS(slot),
                                record.length))
        return 1;
    if (slot == allears_slots_target(slots)) allears_record_erase(slots->port, slot);
    return 0;
}

/* The first request of an upload; `is_held`: nothing needs to be sent. */
static uint16_t begin(allears_slots *slots, const allears_upload_request *request, int *is_held)
{
    if (request->length == 0) return ALLEARS_REFUSAL_BAD_REQUEST;
    if (request->length > ALLEARS_MAX_IMAGE_BYTES) return ALLEARS_REFUSAL_TOO_LARGE;
    for (uint8_t slot = 0; slot < ALLEARS_SLOT_COUNT; slot++)
        if (holds_file(slots, slot, request)) *is_held = 1;
    if (*is_held) return 0;
    if (slots->journal.state.trial == ALLEARS_TRIAL_RUNNING) return ALLEARS_REFUSAL_NO_FREE_SLOT;
    allears_upload_begin(&slots->upload, slots->port, allears_slots_target(slots), request->length,
                         request->sha256);
    return 0;
}

/* The head has come: it is judged before anything is erased. */
static uint16_t judge_and_open(allears_slots *slots)
{
    allears_pack_head head;
    uint16_t refusal = allears_pack_read_head(slots->upload.head, ALLEARS_HEAD_BYTES, &head);
    if (refusal == 0)
        refusal = allears_pack_judge_head(&head, &slots->trust, slots->journal.state.counter);
    if (refusal == 0) refusal = withdraw_trial(slots, slots->upload.slot);
    return refusal != 0 ? refusal : allears_upload_open(&slots->upload, slots->port);
}

static uint16_t take(allears_slots *slots, const uint8_t *data, uint32_t size)
{
    allears_upload *upload = &slots->upload;
    uint16_t refusal = 0;
    if (size > upload->length - upload->offset) return ALLEARS_REFUSAL_OVERRUN;
    upload->received_bytes += size;
    if (!upload->is_recorded) {
        uint32_t taken = allears_upload_collect(upload, data, size);
        data += taken;
        size -= taken;
        if (upload->offset == ALLEARS_HEAD_BYTES)
            refusal = judge_and_open(slots);
        else if (upload->offset == upload->length)
            refusal = ALLEARS_REFUSAL_NOT_A_PACK;
        if (refusal != 0 || !upload->is_recorded) return refusal;
    }
    if (slots->running_slot == ALLEARS_NO_SLOT)
        return allears_upload_write(upload, slots->port, data, size);
    /* Up to the table's end first: from there on the running pack may have what follows. */
    while (refusal == 0) {
        uint32_t before = upload->offset;
        refusal = allears_upload_copy(upload, slots->port, &slots->running);
        if (upload->offset != before || size == 0)
            return refusal; /* the rest of the data is stale */
        uint32_t part = ALLEARS_SECTOR_BYTES - upload->offset % ALLEARS_SECTOR_BYTES;
        if (part > size) part = size;
        if (refusal == 0) refusal = allears_upload_write(upload, slots->port, data, part);
        data += part;
        size -= part;
    }
    return refusal;
}

static uint16_t finish(allears_slots *slots, int *matches)
{
    allears_upload *upload = &slots->upload;
    const uint8_t *image = slots->port->flash + ALLEARS_SLOT_ADDRESS(upload->slot);
    uint32_t length = upload->length;
    upload->length = 0;
    *matches = allears_upload_is_announced(upload->sha256);
    if (!*matches || allears_upload_is_whole(upload->sha256, image, length)) return 0;
    *matches = 0;
    allears_record_erase(slots->port, upload->slot);
    return ALLEARS_REFUSAL_OTHER_SHA;
}

uint16_t allears_slots_upload(allears_slots *slots, const allears_upload_request *request,
                              uint32_t *offset, int *matches)
{
    allears_upload *upload = &slots->upload;
    int is_held = 0;
    uint16_t refusal = request->offset == 0 ? begin(slots, request, &is_held) : 0;
    *matches = is_held;
    *offset = request->length;
    if (refusal != 0 || is_held) return refusal;
    if (upload->length == 0) return ALLEARS_REFUSAL_NO_UPLOAD;
    if (request->offset == upload->offset) refusal = take(slots, request->data, request->size);
    *offset = upload->offset;
    if (refusal != 0)
        upload->length = 0;
    else if (upload->offset == upload->length)
        refusal = finish(slots, matches);
    return refusal;
}
