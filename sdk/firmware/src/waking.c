#include "waking.h"

#include <string.h>

#include "allears_contract.h"

enum { HOLD_OFF_MS = 1000 /* One spoken wake word is one event. */ };

void ae_waking_reset(ae_waking *waking)
{
    for (uint32_t i = 0; i < waking->count; i++) {
        ae_wake_word *word = &waking->words[i];
        ae_program_reset(&word->program, word->state);
        word->filled = word->next = word->peak = word->fired = 0;
    }
    waking->held_off_until_ms = 0;
}

void ae_wake_word_step(ae_wake_word *word, const int8_t *features, uint8_t *scratch,
                       uint32_t *total)
{
    uint32_t steps = word->language->wake_window_steps;
    memcpy(ae_program_input(&word->program, word->state, scratch), features,
           word->program.input_bytes);
    word->window[word->next] = (uint8_t)*ae_program_run(&word->program, word->state, scratch);
    word->next = word->next + 1 == steps ? 0 : word->next + 1;
    word->filled += word->filled < steps;
    if (word->filled < steps) {
        return;
    }
    uint32_t sum = 0;
    for (uint32_t i = 0; i < steps; i++) {
        sum += word->window[i];
    }
    word->peak = sum > word->peak ? sum : word->peak;
    if (sum > word->language->wake_limit) {
        word->filled = 0;
        *total = sum > *total ? sum : *total;
    }
}

uint16_t ae_waking_take_peak(ae_waking *waking)
{
    uint32_t highest = 0;
    for (uint32_t i = 0; i < waking->count; i++) {
        uint32_t mean = waking->words[i].peak / waking->words[i].language->wake_window_steps;
        highest = mean > highest ? mean : highest;
        waking->words[i].peak = 0;
    }
    return (uint16_t)highest;
}

/** How long others may still beat the first to fire, or its verifier hear on. */
static uint32_t contest_ms(const ae_waking *waking)
{
    int waits = waking->count > 1;
    for (uint32_t i = 0; i < waking->count; i++) {
        waits |= waking->words[i].verifier.words != NULL;
    }
    return waits ? ALLEARS_CONTEST_MS : 0;
}

int ae_waking_is_contested(const ae_waking *waking)
{
    for (uint32_t i = 0; i < waking->count; i++) {
        if (waking->words[i].fired != 0) {
            return 1;
        }
    }
    return 0;
}

int ae_waking_compete(ae_waking *waking, const uint32_t *totals, uint64_t now_ms)
{
    int contested = ae_waking_is_contested(waking);
    for (uint32_t i = 0; i < waking->count; i++) {
        ae_wake_word *word = &waking->words[i];
        if (totals[i] == 0 || now_ms < waking->held_off_until_ms) {
            continue;
        }
        if (!contested) {
            contested = 1;
            waking->ends_ms = now_ms + contest_ms(waking);
        }
        word->fired = totals[i] > word->fired ? totals[i] : word->fired;
    }
    return contested && now_ms >= waking->ends_ms;
}

void ae_waking_margins(const ae_waking *waking, ae_margin *margins)
{
    for (uint32_t i = 0; i < waking->count; i++) {
        const ae_wake_word *word = &waking->words[i];
        const allears_language *language = word->language;
        margins[i] = (ae_margin){word->fired, language->wake_limit,
                                 256u * language->wake_window_steps};
    }
}

int ae_waking_decide(ae_waking *waking, const ae_margin *margins, uint64_t now_ms, ae_woken *woken)
{
    int found = 0;
    for (uint32_t i = 0; i < waking->count; i++) {
        waking->words[i].fired = 0;
        if (margins[i].total != 0 && (!found || ae_beats(&margins[i], &woken->margin))) {
            found = 1;
            woken->word = i;
            woken->margin = margins[i];
        }
    }
    if (found) {
        const allears_language *language = waking->words[woken->word].language;
        uint32_t early_ms = language->verifier.bytes != 0 ? ALLEARS_CANDIDATE_EARLY_MS : 0;
        woken->waited_ms = (uint32_t)(now_ms - waking->ends_ms) + contest_ms(waking) - early_ms;
        waking->held_off_until_ms = now_ms + HOLD_OFF_MS;
    }
    return found;
}
