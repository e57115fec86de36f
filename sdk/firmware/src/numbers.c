#include "numbers.h"

static int is_lower(const allears_event *score, const allears_event *than)
{
    return (uint32_t)score->score * than->score_full < (uint32_t)than->score * score->score_full;
}

int ae_number_close(ae_number *number, uint32_t time_ms, allears_event *report)
{
    int complete = number->is_open && number->digits >= number->fewest;
    number->is_open = 0;
    if (complete) {
        *report = number->setting;
        report->time_ms = time_ms;
        report->number = number->value;
    }
    return complete;
}

int ae_number_take(ae_number *number, const allears_command *command, const allears_event *event,
                   uint32_t gap_steps, allears_event *reports)
{
    if (number->is_open && command->digit != AE_NO_DIGIT) {
        number->value = 10 * number->value + command->digit;
        number->digits++;
        number->steps_left = gap_steps;
        if (is_lower(event, &number->setting)) {
            number->setting.score = event->score;
            number->setting.score_full = event->score_full;
        }
        return number->digits == number->most ? ae_number_close(number, event->time_ms, reports)
                                              : 0;
    }
    int count = ae_number_close(number, event->time_ms, reports);
    reports[count++] = *event;
    if (command->number != 0) {
        number->is_open = 1;
        number->setting = *event;
        number->value = 0;
        number->digits = 0;
        number->fewest = command->number & 15u;
        number->most = command->number >> 4;
        number->steps_left = gap_steps;
    }
    return count;
}

int ae_number_step(ae_number *number, uint32_t time_ms, allears_event *report)
{
    if (!number->is_open || --number->steps_left != 0) {
        return 0;
    }
    return ae_number_close(number, time_ms, report);
}
