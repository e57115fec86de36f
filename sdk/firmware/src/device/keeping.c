#include "device/keeping.h"

enum { AFTER_SAMPLES = ALLEARS_KEEP_AFTER_MS * 16 };

uint16_t allears_keeping_start(allears_keeping *keeping, uint8_t what)
{
    if (keeping->ring == NULL && what != ALLEARS_KEEP_OFF) return ALLEARS_REFUSAL_NO_KEEP_MEMORY;
    for (uint32_t i = 0; i < keeping->count; i++) keeping->ring[i] = 0; /* forgotten means gone */
    keeping->what = what;
    keeping->count = keeping->next = keeping->event = 0;
    keeping->is_ready = 0;
    keeping->is_due = what == ALLEARS_KEEP_NOW;
    keeping->left = ALLEARS_KEEP_SAMPLES;
    return 0;
}

void allears_keeping_add(allears_keeping *keeping, const int16_t *samples, size_t count)
{
    if (keeping->what == ALLEARS_KEEP_OFF || keeping->is_ready) return;
    if (keeping->is_due && count > keeping->left) count = keeping->left;
    for (size_t i = 0; i < count; i++) {
        keeping->ring[keeping->next] = samples[i];
        keeping->next = keeping->next + 1 == ALLEARS_KEEP_SAMPLES ? 0 : keeping->next + 1;
        keeping->count += keeping->count < ALLEARS_KEEP_SAMPLES;
    }
    if (!keeping->is_due) return;
    keeping->left -= (uint32_t)count;
    if (keeping->left == 0) {
        keeping->is_ready = 1;
        keeping->clips++;
    }
}

void allears_keeping_note(allears_keeping *keeping, uint32_t event, int is_wake)
{
    int fits = keeping->what == ALLEARS_KEEP_EVENT ||
               keeping->what == (is_wake ? ALLEARS_KEEP_WAKE : ALLEARS_KEEP_COMMAND);
    if (!fits || keeping->is_due) return;
    keeping->event = event;
    keeping->is_due = 1;
    keeping->left = AFTER_SAMPLES;
}

uint32_t allears_keeping_size(const allears_keeping *keeping)
{
    return keeping->is_ready || keeping->what == ALLEARS_KEEP_NOW ? keeping->count : 0;
}

void allears_keeping_read(const allears_keeping *keeping, uint32_t at, int16_t *samples,
                          uint32_t count)
{
    uint32_t from = keeping->next + ALLEARS_KEEP_SAMPLES - keeping->count + at;
    for (uint32_t i = 0; i < count; i++)
        samples[i] = keeping->ring[(from + i) % ALLEARS_KEEP_SAMPLES];
}
