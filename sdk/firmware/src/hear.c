/* What a listener does with a block of audio. As allears/pipeline.py. */
#include <string.h>

#include "ear.h"
#include "verifier.h"

enum {
    WARM_UP_MS = ALLEARS_FEATURE_WINDOW_MS - ALLEARS_FEATURE_STEP_MS,
    /* The wake model runs on for 1.5 s after speech: it decides up to half a second late. */
    GATE_HANGOVER_BLOCKS = 1500 / AE_BLOCK_MS,
    /* Somebody still speaks if there was speech in the last 300 ms. */
    SPEAKING_BLOCKS = 300 / AE_BLOCK_MS
};

static void remember(allears_listener *listener)
{
    memcpy(listener->recent + listener->recent_next * AE_BLOCK_VALUES, listener->features,
           AE_BLOCK_VALUES);
    listener->recent_next = (listener->recent_next + 1) % AE_RECENT_BLOCKS;
    listener->recent_count += listener->recent_count < AE_RECENT_BLOCKS;
}

/** Let the heads judge what the ear just gave. */
static void decide(allears_listener *listener, uint64_t at_ms)
{
    allears_event reports[AE_MAX_REPORTS];
    ae_decider *decider = &listener->decider;
    int count = ae_decider_step(decider, listener->embedding, listener->scratch, (uint32_t)at_ms,
                                reports);
    for (int i = 0; i < count; i++) {
        ae_report(listener, &reports[i]);
    }
    if (decider->answered) {
        uint32_t more_ms = listener->models.follow_up_ms;
        uint32_t gap_ms = decider->number.is_open ? decider->gap_steps * AE_EAR_STEP_MS : 0;
        listener->deadline_ms = at_ms + (gap_ms > more_ms ? gap_ms : more_ms);
    }
}

static void listen(allears_listener *listener, const int8_t *features)
{
    if (listener->ear.words == NULL) {
        return;
    }
    ae_ear_take(listener, features);
    while (ae_ear_step(listener)) {
        uint32_t waiting_ms =
            listener->ear_waiting / ALLEARS_FEATURE_CHANNELS * ALLEARS_FEATURE_STEP_MS;
        decide(listener, listener->now_ms - waiting_ms);
    }
}

/** Begin with the ear on the last `blocks`, so that it misses no word's beginning. The first
 *  `undecided_blocks` of them, before the wake word fired, give no event. */
static void start_listening(allears_listener *listener, uint32_t languages, uint32_t blocks,
                            uint32_t undecided_blocks)
{
    uint32_t missing = blocks > listener->recent_count ? blocks - listener->recent_count : 0;
    undecided_blocks -= undecided_blocks < missing ? undecided_blocks : missing;
    blocks -= missing;
    if (undecided_blocks > blocks) {
        undecided_blocks = blocks;
    }
    ae_decider_start(&listener->decider, languages,
                     undecided_blocks * AE_BLOCK_VALUES / AE_EAR_VALUES);
    uint32_t longest_ms = 0;
    for (uint32_t i = 0; i < listener->models.language_count; i++) {
        uint32_t timeout_ms = listener->models.language[i].listen_timeout_ms;
        if ((languages >> i & 1) && timeout_ms > longest_ms) {
            longest_ms = timeout_ms;
        }
    }
    ae_ear_reset(listener);
    listener->deadline_ms = listener->now_ms + longest_ms;
    for (uint32_t ago = blocks; ago-- > 0;) {
        listen(listener, ae_recent_block(listener, ago));
    }
}

/** The languages of a wake word, a bit each: its own, and those without a model of their own. */
static uint32_t languages_of(const allears_listener *listener, const allears_language *first)
{
    const allears_models *models = &listener->models;
    uint32_t languages = 0;
    for (uint32_t i = 0; i < models->language_count; i++) {
        const allears_language *other = &models->language[i];
        if (other == first ||
            (other->wake.bytes == 0 && strcmp(other->wake_word, first->wake_word) == 0)) {
            languages |= UINT32_C(1) << i;
        }
    }
    return languages;
}

static void wake(allears_listener *listener, const ae_woken *woken)
{
    const allears_language *first = listener->waking.words[woken->word].language;
    uint32_t languages = languages_of(listener, first), lowest = 0;
    while (!(languages >> lowest & 1)) {
        lowest++;
    }
    allears_event event = {(uint32_t)listener->now_ms, (uint16_t)woken->margin.total,
                           (uint16_t)woken->margin.full_scale, ALLEARS_WAKE, (uint8_t)lowest, 0,
                           ALLEARS_NO_NUMBER};
    ae_report(listener, &event);
    if (!(listener->options & ALLEARS_WAKE_ONLY)) {
        uint32_t preroll_blocks = listener->models.preroll_ms / AE_BLOCK_MS;
        uint32_t waited_blocks = woken->waited_ms / AE_BLOCK_MS;
        start_listening(listener, languages, preroll_blocks + waited_blocks, preroll_blocks);
    }
}

static void wait_for_wake_word(allears_listener *listener)
{
    ae_waking *waking = &listener->waking;
    int contested = ae_waking_is_contested(waking);
    int closed = listener->quiet_blocks > GATE_HANGOVER_BLOCKS && !contested;
    if (!closed && !contested && ae_level_is_overdue(&listener->level)) {
        ae_level_settle(&listener->level, ALLEARS_LEVEL_AMID_SPEECH_BITS);
    }
    if (closed) {
        ae_level_settle(&listener->level, 1);
        listener->unheard_blocks += listener->unheard_blocks < AE_RECENT_BLOCKS;
        return;
    }
    uint32_t due = listener->unheard_blocks + 1;
    due = due < listener->recent_count ? due : listener->recent_count;
    listener->unheard_blocks = 0;
    uint32_t totals[ALLEARS_MAX_LANGUAGES] = {0};
    for (uint32_t i = 0; i < waking->count; i++) {
        for (uint32_t ago = due; ago-- > 0;) {
            ae_wake_word_step(&waking->words[i], ae_recent_block(listener, ago), listener->scratch,
                              &totals[i]);
        }
    }
    if (!ae_waking_compete(waking, totals, listener->now_ms)) {
        return;
    }
    ae_margin margins[ALLEARS_MAX_LANGUAGES];
    ae_woken woken;
    ae_waking_margins(waking, margins);
    ae_verify(listener, margins);
    if (ae_waking_decide(waking, margins, listener->now_ms, &woken)) {
        wake(listener, &woken);
    }
}

static void stop_when_due(allears_listener *listener)
{
    int speaking = listener->quiet_blocks <= SPEAKING_BLOCKS;
    uint64_t now_ms = listener->now_ms, deadline_ms = listener->deadline_ms;
    if (now_ms < deadline_ms || listener->decider.best_head >= 0) {
        return;
    }
    if (!speaking || now_ms - deadline_ms >= listener->models.extend_ms) {
        ae_decider_stop(&listener->decider);
    }
}

void ae_hear(allears_listener *listener)
{
    listener->now_ms += AE_BLOCK_MS;
    if (listener->options & ALLEARS_ASSUME_WAKE) {
        listen(listener, listener->features);
        return;
    }
    int speech = ae_vad_is_speech(&listener->vad, listener->block);
    if (speech) {
        ae_level_hear_speech(&listener->level, listener->block, AE_BLOCK_SAMPLES);
    }
    listener->had_speech |= (uint8_t)speech;
    listener->quiet_blocks = speech ? 0 : listener->quiet_blocks + 1;
    remember(listener);
    if (listener->decider.listening) {
        listener->unheard_blocks += listener->unheard_blocks < AE_RECENT_BLOCKS;
        listen(listener, listener->features);
        stop_when_due(listener);
    } else {
        wait_for_wake_word(listener);
    }
}

void ae_begin(allears_listener *listener)
{
    ae_level_reset(&listener->level);
    ae_frontend_reset(&listener->frontend);
    ae_vad_reset(&listener->vad, (int)listener->models.vad_aggressiveness);
    ae_waking_reset(&listener->waking);
    ae_decider_stop(&listener->decider);
    listener->warm_up_steps = WARM_UP_MS / ALLEARS_FEATURE_STEP_MS;
    listener->now_ms = WARM_UP_MS;
    listener->block_fill = 0;
    listener->quiet_blocks = 0;
    listener->recent_count = listener->recent_next = 0;
    listener->unheard_blocks = 0;
    listener->flushing = 0;
    listener->had_speech = 0;
    if (listener->options & ALLEARS_ASSUME_WAKE) {
        start_listening(listener, UINT32_MAX, 0, 0);
    }
}
