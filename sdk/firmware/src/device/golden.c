#include "device/golden.h"

#include <string.h>

#include "allears_contract.h"
#include "device/adpcm.h"
#include "slots/bytes.h"

enum { BLOCK_SAMPLES = 160, SAMPLES_A_MS = ALLEARS_SAMPLE_RATE_HZ / 1000 };

/* A language's golden section, and how far it was compared. */
typedef struct {
    const uint8_t *events; /* of ALLEARS_GOLDEN_EVENT_BYTES each */
    const uint8_t *clip;   /* ADPCM */
    uint32_t samples;
    uint32_t event_count;
    uint32_t lead_ms;
    uint32_t tail_ms;
    uint32_t heard;
    uint8_t language;
    uint8_t is_wrong;
} golden_clip;

static int read_clip(const allears_pack *pack, const allears_section *section, golden_clip *clip)
{
    const uint8_t *at = pack->image + section->offset;
    if (section->size < ALLEARS_GOLDEN_HEADER_BYTES) return 0;
    clip->samples = allears_get_u32(at);
    clip->event_count = allears_get_u16(at + 4);
    clip->lead_ms = allears_get_u16(at + 6);
    clip->tail_ms = allears_get_u16(at + 8);
    uint32_t clip_at = ALLEARS_GOLDEN_HEADER_BYTES +
                       clip->event_count * (uint32_t)ALLEARS_GOLDEN_EVENT_BYTES;
    uint32_t packed = clip->samples / 2 + clip->samples % 2;
    if (clip_at > section->size || packed != section->size - clip_at) return 0;
    clip->events = at + ALLEARS_GOLDEN_HEADER_BYTES;
    clip->clip = at + clip_at;
    return 1;
}

/* Whether an event is of the clip's language; a wake word that languages share names the first. */
static int is_of(const golden_clip *clip, const allears_models *models, const allears_event *event)
{
    const allears_language *own = &models->language[clip->language];
    if (event->language == clip->language) return 1;
    return event->kind == ALLEARS_WAKE && own->wake.bytes == 0 &&
           strcmp(models->language[event->language].wake_word, own->wake_word) == 0;
}

/* Whether an event is the next one expected. */
static int fits(const golden_clip *clip, const allears_models *models, const allears_event *event)
{
    const uint8_t *expected = clip->events + clip->heard * ALLEARS_GOLDEN_EVENT_BYTES;
    uint32_t at_ms = allears_get_u32(expected + 4);
    uint32_t off_ms = event->time_ms > at_ms ? event->time_ms - at_ms : at_ms - event->time_ms;
    if (clip->heard == clip->event_count || !is_of(clip, models, event) ||
        event->kind != expected[0] || off_ms > ALLEARS_GOLDEN_TOLERANCE_MS)
        return 0;
    return event->kind != ALLEARS_COMMAND ||
           strncmp(models->language[event->language].command[event->command].id,
                   (const char *)expected + 8, ALLEARS_GOLDEN_ID_CHARS) == 0;
}

static void hear(golden_clip *clip, const allears_models *models, allears_listener *listener,
                 const int16_t *samples, size_t count)
{
    allears_event event;
    while (count > 0) {
        size_t taken = allears_feed(listener, samples, count);
        samples += taken;
        count -= taken;
        while (allears_next_event(listener, &event)) {
            if (!fits(clip, models, &event)) clip->is_wrong = 1;
            if (clip->heard < clip->event_count) clip->heard++;
        }
    }
}

static void hear_silence(golden_clip *clip, const allears_models *models,
                         allears_listener *listener, uint32_t length_ms)
{
    static const int16_t SILENCE[SAMPLES_A_MS];
    while (length_ms-- > 0) hear(clip, models, listener, SILENCE, SAMPLES_A_MS);
}

static void play(golden_clip *clip, const allears_models *models, allears_listener *listener)
{
    int16_t block[BLOCK_SAMPLES];
    uint32_t filled = 0;
    allears_adpcm adpcm = {0, 0};
    hear_silence(clip, models, listener, clip->lead_ms);
    for (uint32_t i = 0; i < clip->samples; i++) {
        uint8_t byte = clip->clip[i / 2];
        block[filled++] = allears_adpcm_next(&adpcm, i % 2 ? byte >> 4 : byte & 15);
        if (filled == BLOCK_SAMPLES || i + 1 == clip->samples) {
            hear(clip, models, listener, block, filled);
            filled = 0;
        }
    }
    hear_silence(clip, models, listener, clip->tail_ms);
    allears_reset(listener);
}

uint16_t allears_golden_test(const allears_pack *pack, const allears_models *models,
                             allears_listener *listener)
{
    for (uint32_t i = 0; i < models->language_count; i++) {
        golden_clip clip = {0};
        allears_section section;
        uint8_t code[ALLEARS_LANGUAGE_CHARS] = {0};
        memcpy(code, models->language[i].code, sizeof code);
        clip.language = (uint8_t)i;
        if (!allears_pack_find(pack, ALLEARS_SECTION_GOLDEN, code, &section) ||
            !read_clip(pack, &section, &clip))
            return ALLEARS_REFUSAL_BAD_SECTION;
        play(&clip, models, listener);
        if (clip.is_wrong || clip.heard != clip.event_count) return ALLEARS_REFUSAL_SELF_TEST;
    }
    return 0;
}
