/* Digits after a setting command make a number. docs/decisions/0006 has the rule in full. */
#ifndef ALLEARS_NUMBERS_H
#define ALLEARS_NUMBERS_H

#include "allears.h"
#include "head.h"

/** The number that is being said, if any. */
typedef struct {
    int is_open;
    allears_event setting; /**< Its score is the least of setting and digits. */
    int32_t value;
    uint32_t digits, fewest, most, steps_left;
} ae_number;

/** Take in a command; write to `reports` [2] what is to be reported in its place, and return how
 *  many that are. gap_steps: steps within which the next digit must be decided. */
int ae_number_take(ae_number *number, const allears_command *command, const allears_event *event,
                   uint32_t gap_steps, allears_event *reports);

/** Let one step without a command pass. Returns 1 and the number if it is complete now, or 0. */
int ae_number_step(ae_number *number, uint32_t time_ms, allears_event *report);

/** Take no more digits. Returns 1 and the number if it has enough of them, or 0. */
int ae_number_close(ae_number *number, uint32_t time_ms, allears_event *report);

#endif
