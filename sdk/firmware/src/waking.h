/* The wake words of all languages, beside each other on one feature stream. */
#ifndef ALLEARS_WAKING_H
#define ALLEARS_WAKING_H

#include "allears.h"
#include "margin.h"
#include "program.h"

enum { AE_MAX_WAKE_WINDOW = 32 };

/** One wake word: a model, and the outputs in its window. */
typedef struct {
    const allears_language *language;
    ae_program program;
    ae_program verifier; /**< `words` null without one. */
    uint8_t *state;
    uint8_t *verifier_state;
    uint8_t window[AE_MAX_WAKE_WINDOW];
    uint32_t filled; /**< Outputs in the window. */
    uint32_t next;   /**< Where the next one goes. */
    uint32_t peak;   /**< Highest sum since ae_waking_take_peak(). */
    uint32_t fired;  /**< Highest sum that fired in the contest; 0: none did. */
} ae_wake_word;

/** A single wake word without a verifier fires at once. Of several, the first to fire opens a
 *  contest, and the one with the best margin wins. So does a word with a verifier, whose margin
 *  counts at the contest's end. */
typedef struct {
    ae_wake_word words[ALLEARS_MAX_LANGUAGES];
    uint32_t count;
    uint64_t held_off_until_ms;
    uint64_t ends_ms; /**< Of the contest, while there is one. */
} ae_waking;

/** A wake word that was heard. */
typedef struct {
    uint32_t word; /**< Index into ae_waking.words. */
    ae_margin margin;
    uint32_t waited_ms; /**< How long ago the word ended: the first of the contest fired. */
} ae_woken;

/** Forget the stream. */
void ae_waking_reset(ae_waking *waking);

/** Return the words' highest mean probability since this was called last, in 1/256. */
uint16_t ae_waking_take_peak(ae_waking *waking);

/** Advance by one block of features, int8 [120]; `total` rises to the sum that fired, if any did. */
void ae_wake_word_step(ae_wake_word *word, const int8_t *features, uint8_t *scratch,
                       uint32_t *total);

/** 1 while a word fired that is not yet decided on, else 0. */
int ae_waking_is_contested(const ae_waking *waking);

/** Take in what the words gave in blocks that end at `now_ms`: totals [count], 0 where none fired.
 *  Returns 1 when a contest ends with them: ae_waking_decide() is due. Else 0. */
int ae_waking_compete(ae_waking *waking, const uint32_t *totals, uint64_t now_ms);

/** Write what the words in the contest have to show, [count]; of total 0 for those not in it. */
void ae_waking_margins(const ae_waking *waking, ae_margin *margins);

/** End the contest: of those with a total, the best of the margins [count] wins. Returns 1 and the
 *  wake word, or 0 where all totals are 0. */
int ae_waking_decide(ae_waking *waking, const ae_margin *margins, uint64_t now_ms, ae_woken *woken);

#endif
