#include "head.h"

#include <string.h>

/** Whole steps that last at least as long. */
static uint32_t steps_of(uint32_t time_ms)
{
    return (time_ms + AE_EAR_STEP_MS - 1) / AE_EAR_STEP_MS;
}

static void decide_nothing_for(ae_head *head, uint32_t steps)
{
    uint32_t window_steps = head->language->smoothing_steps;
    head->seen = 0;
    head->first_decision = steps + 1 > window_steps ? steps + 1 : window_steps;
    head->first_of_any = 0;
}

void ae_head_reset(ae_head *head, uint32_t undecided_steps)
{
    ae_program_reset(&head->program, head->state);
    decide_nothing_for(head, undecided_steps);
}

void ae_head_hold_off(ae_head *head)
{
    decide_nothing_for(head, steps_of(head->language->refractory_ms));
}

void ae_head_hold_off_within_number(ae_head *head, uint16_t decided, uint32_t number_hold_off_ms)
{
    uint32_t whole = steps_of(head->language->refractory_ms);
    uint32_t shorter = steps_of(number_hold_off_ms);
    decide_nothing_for(head, shorter < whole ? shorter : whole);
    head->first_of_any = whole + 1;
    head->last = decided;
}

/** The command with the highest sum over the window; the first of equal ones. */
static uint16_t best_command(const ae_head *head, int32_t *highest)
{
    uint32_t count = head->language->command_count, steps = head->language->smoothing_steps;
    uint16_t best = 0;
    *highest = INT32_MIN;
    for (uint32_t command = 0; command < count; command++) {
        int32_t sum = 0;
        for (uint32_t step = 0; step < steps; step++) {
            sum += head->window[step * count + command];
        }
        if (sum > *highest) {
            *highest = sum;
            best = (uint16_t)command;
        }
    }
    return best;
}

int ae_head_step(ae_head *head, const int8_t *embedding, uint8_t *scratch, ae_decision *decision)
{
    const allears_language *language = head->language;
    uint32_t steps = language->smoothing_steps, count = language->command_count;
    memcpy(ae_program_input(&head->program, head->state, scratch), embedding,
           head->program.input_bytes);
    const int8_t *output = ae_program_run(&head->program, head->state, scratch);
    memcpy(head->window + head->seen % steps * count, output + 1, count);
    head->seen++;
    if (head->seen < head->first_decision) {
        return 0;
    }
    int32_t sum;
    uint16_t best = best_command(head, &sum);
    /* The outputs count from -128, so that each of the window's is 128 short. */
    uint32_t total = (uint32_t)(sum + 128 * (int32_t)steps);
    uint32_t limit = language->command[best].limit;
    int is_digit = language->command[best].digit != AE_NO_DIGIT;
    if (total < limit || (head->seen < head->first_of_any && (best == head->last || !is_digit))) {
        return 0;
    }
    decision->command = best;
    decision->margin = (ae_margin){total, limit, 256 * steps};
    return 1;
}
