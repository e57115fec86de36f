#include "device/hearing.h"

#include <string.h>

#include "allears_contract.h"
#include "device/golden.h"

enum { SAMPLES_A_MS = ALLEARS_SAMPLE_RATE_HZ / 1000 };

static uint16_t refusal_for(allears_status status)
{
    if (status == ALLEARS_BAD_PACK) return ALLEARS_REFUSAL_BAD_SECTION;
    return status == ALLEARS_TOO_LITTLE_MEMORY ? ALLEARS_REFUSAL_TOO_LITTLE_MEMORY
                                               : ALLEARS_REFUSAL_BAD_MODEL;
}

uint16_t allears_hearing_load(void *context, const allears_pack *pack, int self_test)
{
    allears_hearing *hearing = context;
    hearing->listener = 0;
    allears_status status = allears_read_pack(pack->image, pack->size, &hearing->models);
    if (status == ALLEARS_OK)
        status = allears_init(hearing->memory, hearing->memory_bytes, &hearing->models, 0,
                              &hearing->listener);
    if (status != ALLEARS_OK) {
        hearing->listener = 0;
        return refusal_for(status);
    }
    uint16_t refusal = self_test ? allears_golden_test(pack, &hearing->models, hearing->listener)
                                 : 0;
    if (refusal != 0) hearing->listener = 0;
    return refusal;
}

static void keep_events(allears_hearing *hearing)
{
    allears_event event;
    while (allears_next_event(hearing->listener, &event)) {
        allears_heard *kept = &hearing->events[hearing->next++ % ALLEARS_MAX_EVENTS];
        kept->at_ms = event.time_ms;
        kept->number = event.number;
        kept->score = (uint16_t)((uint32_t)event.score * 256 / event.score_full);
        kept->command = event.command;
        kept->kind = event.kind;
        kept->language = event.language;
        if (event.kind == ALLEARS_WAKE)
            hearing->wakes++;
        else
            hearing->commands++;
    }
}

void allears_hearing_feed(allears_hearing *hearing, const int16_t *samples, size_t count)
{
    hearing->samples += count;
    while (hearing->listener != 0 && count > 0) {
        size_t taken = allears_feed(hearing->listener, samples, count);
        samples += taken;
        count -= taken;
        keep_events(hearing);
    }
}

void allears_hearing_end(allears_hearing *hearing)
{
    if (hearing->listener == 0) return;
    while (!allears_finish(hearing->listener)) keep_events(hearing);
    keep_events(hearing);
}

uint32_t allears_hearing_ms(const allears_hearing *hearing)
{
    return (uint32_t)(hearing->samples / SAMPLES_A_MS);
}

const allears_heard *allears_hearing_event(const allears_hearing *hearing, uint32_t n)
{
    return &hearing->events[n % ALLEARS_MAX_EVENTS];
}

const char *allears_hearing_name(const allears_hearing *hearing, const allears_heard *heard,
                                 size_t *length)
{
    const allears_language *language = &hearing->models.language[heard->language];
    const char *name = heard->kind == ALLEARS_WAKE ? language->wake_word
                                                   : language->command[heard->command].id;
    size_t longest = heard->kind == ALLEARS_WAKE ? sizeof language->wake_word
                                                 : sizeof language->command[0].id;
    const char *end = memchr(name, 0, longest);
    *length = end != 0 ? (size_t)(end - name) : longest;
    return name;
}
