/* The commands of one language in one stream: a head on the ear's embeddings, and its rule. */
#ifndef ALLEARS_HEAD_H
#define ALLEARS_HEAD_H

#include "allears.h"
#include "margin.h"
#include "program.h"

enum { AE_EAR_STEP_MS = 40, AE_NO_DIGIT = 0xFF };

/** What a head decided. */
typedef struct {
    uint16_t command; /**< Index into the language's command[]. */
    ae_margin margin;
} ae_decision;

/** `window` [smoothing_steps][command_count] keeps the last outputs but "none". */
typedef struct {
    const allears_language *language;
    ae_program program;
    uint8_t *state;
    int8_t *window;
    uint32_t seen;
    uint32_t first_decision;
    uint32_t first_of_any; /**< Until then, only digits other than `last` are decided. */
    uint16_t last;
} ae_head;

/** Forget the stream; the next `undecided_steps` are heard, but give no decision. */
void ae_head_reset(ae_head *head, uint32_t undecided_steps);

/** Advance by one embedding, int8 [ALLEARS_EAR_EMBEDDING]. Returns 1 and the decision, or 0. Once
 *  the decision is taken as an event, ae_head_hold_off() is to be called. */
int ae_head_step(ae_head *head, const int8_t *embedding, uint8_t *scratch, ae_decision *decision);

/** Start a fresh window and decide nothing for the refractory time. */
void ae_head_hold_off(ae_head *head);

/** Like ae_head_hold_off(), but shorter for every digit other than the command `decided`. */
void ae_head_hold_off_within_number(ae_head *head, uint16_t decided, uint32_t number_hold_off_ms);

#endif
