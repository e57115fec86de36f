#include "waking.h"

#include <string.h>

#include "allears_contract.h"

enum { HOLD_OFF_MS = 1000 /* One spoken wake word is one event. */ };

void ae_waking_reset(ae_waking *waking)
{
    for (uint32_t i = 0; i < waking->count; i++) {
        ae_wake_word *word = &waking->words[i];
        ae_program_reset(&word->program, word->state);
        word->filled = word->next = word->peak = 0;
    }
    waking->held_off_until_ms = 0;
    waking->best_word = -1;
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

int ae_waking_judge(ae_waking *waking, const uint32_t *totals, uint64_t now_ms, ae_woken *woken)
{
    uint32_t contest_ms = waking->count > 1 ? ALLEARS_CONTEST_MS : 0;
    for (uint32_t i = 0; i < waking->count; i++) {
        const allears_language *language = waking->words[i].language;
        ae_margin margin = {totals[i], language->wake_limit, 256u * language->wake_window_steps};
        if (totals[i] == 0 || now_ms < waking->held_off_until_ms) {
            continue;
        }
        if (waking->best_word < 0) {
            waking->ends_ms = now_ms + contest_ms;
        }
        if (waking->best_word < 0 || ae_beats(&margin, &waking->best)) {
            waking->best = margin;
            waking->best_word = (int32_t)i;
        }
    }
    if (waking->best_word < 0 || now_ms < waking->ends_ms) {
        return 0;
    }
    woken->word = (uint32_t)waking->best_word;
    woken->margin = waking->best;
    woken->waited_ms = (uint32_t)(now_ms - waking->ends_ms) + contest_ms;
    waking->best_word = -1;
    waking->held_off_until_ms = now_ms + HOLD_OFF_MS;
    return 1;
}
