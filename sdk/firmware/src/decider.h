/* From embeddings to commands: the heads that listen, the language they choose, and numbers. */
#ifndef ALLEARS_DECIDER_H
#define ALLEARS_DECIDER_H

#include "allears.h"
#include "head.h"
#include "numbers.h"

enum { AE_MAX_REPORTS = 2 };

/** With several heads the first answer opens a contest, and the one with the best margin wins
 *  (docs/decisions/0005). A single head's answer is a command at once where it is sure, and else
 *  competes with what the head says after it (0019), and so it is within a number. */
typedef struct {
    ae_head heads[ALLEARS_MAX_LANGUAGES]; /**< One a language; program.words null without one. */
    uint32_t head_count;
    uint32_t gap_steps; /**< Within which the next digit of a number must be decided. */
    uint32_t number_hold_off_ms;
    uint32_t listening; /**< Heads that listen, a bit each. */
    ae_number number;
    ae_decision best; /**< Of the contest, or of this step. */
    int32_t best_head; /**< -1 while there is no answer. */
    uint32_t contest_steps_left;
    int answered; /**< Whether the last step ended with an answer, be it an unreported digit. */
} ae_decider;

/** Begin with fresh heads, a bit each, whose first `undecided_steps` give no answer. */
void ae_decider_start(ae_decider *decider, uint32_t heads, uint32_t undecided_steps);

/** Listen no more, and forget what was said. */
void ae_decider_stop(ae_decider *decider);

/** Advance by one embedding; write the commands it completes to `reports` [AE_MAX_REPORTS] and
 *  return how many there are. */
int ae_decider_step(ae_decider *decider, const int8_t *embedding, uint8_t *scratch,
                    uint32_t time_ms, allears_event *reports);

#endif
