#include "decider.h"

#include "allears_contract.h"

enum {
    CONTEST_STEPS = ALLEARS_CONTEST_MS / AE_EAR_STEP_MS,
    UNSURE_STEPS = ALLEARS_UNSURE_MS / AE_EAR_STEP_MS
};

void ae_decider_stop(ae_decider *decider)
{
    decider->listening = 0;
    decider->best_head = -1;
    decider->contest_steps_left = 0;
    decider->number.is_open = 0;
}

void ae_decider_start(ae_decider *decider, uint32_t heads, uint32_t undecided_steps)
{
    ae_decider_stop(decider);
    for (uint32_t i = 0; i < decider->head_count; i++) {
        if ((heads >> i & 1) && decider->heads[i].program.words != NULL) {
            ae_head_reset(&decider->heads[i], undecided_steps);
            decider->listening |= UINT32_C(1) << i;
        }
    }
}

/** Within a number, a digit of another language counts for nothing. */
static int is_passed_over(const ae_decider *decider, uint32_t head, uint16_t command)
{
    return decider->number.is_open && decider->number.setting.language != head &&
           decider->heads[head].language->command[command].digit != AE_NO_DIGIT;
}

/** Whether it is settled whose command comes. */
static int language_is_known(const ae_decider *decider)
{
    return (decider->listening & (decider->listening - 1)) == 0 || decider->number.is_open;
}

static int is_sure(const ae_margin *margin)
{
    return 100 * margin->total >= ALLEARS_SURE_PERCENT * margin->full_scale;
}

/** Let every listening head judge. */
static void compete(ae_decider *decider, const int8_t *embedding, uint8_t *scratch)
{
    ae_decision found;
    for (uint32_t i = 0; i < decider->head_count; i++) {
        if (!(decider->listening >> i & 1) ||
            !ae_head_step(&decider->heads[i], embedding, scratch, &found) ||
            is_passed_over(decider, i, found.command)) {
            continue;
        }
        if (decider->best_head < 0) {
            decider->contest_steps_left =
                language_is_known(decider) ? UNSURE_STEPS : CONTEST_STEPS;
        } else if (!ae_beats(&found.margin, &decider->best.margin)) {
            continue;
        }
        decider->best = found;
        decider->best_head = (int32_t)i;
    }
    if (decider->best_head >= 0 && language_is_known(decider) && is_sure(&decider->best.margin)) {
        decider->contest_steps_left = 0;
    }
}

/** Take the best answer as a command. */
static int take_best(ae_decider *decider, uint32_t time_ms, allears_event *reports)
{
    uint16_t command = decider->best.command;
    ae_head *winner = &decider->heads[decider->best_head];
    allears_event event = {time_ms,
                           (uint16_t)decider->best.margin.total,
                           (uint16_t)decider->best.margin.full_scale,
                           ALLEARS_COMMAND,
                           (uint8_t)decider->best_head,
                           command,
                           ALLEARS_NO_NUMBER};
    decider->best_head = -1;
    int count = ae_number_take(&decider->number, &winner->language->command[command], &event,
                               decider->gap_steps, reports);
    for (uint32_t i = 0; i < decider->head_count; i++) {
        if (decider->listening >> i & 1) {
            ae_head_hold_off(&decider->heads[i]);
        }
    }
    if (decider->number.is_open) {
        ae_head_hold_off_within_number(winner, command, decider->number_hold_off_ms);
    }
    return count;
}

int ae_decider_step(ae_decider *decider, const int8_t *embedding, uint8_t *scratch,
                    uint32_t time_ms, allears_event *reports)
{
    compete(decider, embedding, scratch);
    decider->answered = decider->best_head >= 0 && decider->contest_steps_left == 0;
    if (decider->best_head < 0) {
        return ae_number_step(&decider->number, time_ms, reports);
    }
    if (decider->contest_steps_left > 0) {
        decider->contest_steps_left--;
        return 0;
    }
    return take_best(decider, time_ms, reports);
}
