#include "listener.h"

#include <string.h>

enum {
    ALIGN_BYTES = 16,
    MEMORY_ALIGN_BYTES = 8,
    MAX_SMOOTHING_STEPS = 16,
    MAX_COMMANDS = 127,
    MAX_NUMBER_DIGITS = 9
};

/** What a listener is made of: checked programs, and where their memory lies behind the structure. */
typedef struct {
    ae_program wake[ALLEARS_MAX_LANGUAGES], verifier[ALLEARS_MAX_LANGUAGES];
    ae_program head[ALLEARS_MAX_LANGUAGES], ear;
    uint32_t recent, wake_states, scratch, ear_state, head_states, windows, end;
    uint32_t head_offset[ALLEARS_MAX_LANGUAGES], verifier_offset[ALLEARS_MAX_LANGUAGES];
    uint32_t always_on;
} plan;

static uint32_t aligned(uint32_t bytes)
{
    return (bytes + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
}

static allears_status open_model(const allears_bytes *blob, uint32_t inputs, uint32_t outputs,
                           uint32_t is_unsigned, ae_program *program)
{
    allears_status status = ae_program_open(blob->data, blob->bytes, program);
    if (status != ALLEARS_OK) {
        return status;
    }
    return program->input_bytes == inputs && program->output_bytes == outputs &&
                   program->output_unsigned == is_unsigned
               ? ALLEARS_OK
               : ALLEARS_WRONG_SHAPE;
}

static int are_commands(const allears_language *language)
{
    if (language->command == NULL || language->command_count == 0 ||
        language->command_count > MAX_COMMANDS || language->smoothing_steps == 0 ||
        language->smoothing_steps > MAX_SMOOTHING_STEPS) {
        return 0;
    }
    for (uint32_t i = 0; i < language->command_count; i++) {
        const allears_command *command = &language->command[i];
        uint32_t fewest = command->number & 15u, most = command->number >> 4;
        if ((command->digit > 9 && command->digit != AE_NO_DIGIT) ||
            (command->number != 0 && (fewest == 0 || most < fewest || most > MAX_NUMBER_DIGITS))) {
            return 0;
        }
    }
    return 1;
}

static int has_wake(const allears_language *language, unsigned options)
{
    return !(options & ALLEARS_ASSUME_WAKE) && language->wake.bytes != 0;
}

static int has_verifier(const allears_language *language, unsigned options)
{
    return has_wake(language, options) && language->verifier.bytes != 0;
}

/** A model with one probability out, and how many of them are summed. */
static allears_status open_detector(const allears_bytes *blob, uint32_t inputs,
                                    uint32_t window_steps, ae_program *program)
{
    if (window_steps == 0 || window_steps > AE_MAX_WAKE_WINDOW) {
        return ALLEARS_BAD_ARGUMENT;
    }
    return open_model(blob, inputs, 1, 1, program);
}

static allears_status plan_language(const allears_language *language, unsigned options,
                                    ae_program *wake, ae_program *verifier, ae_program *head)
{
    allears_status status = ALLEARS_OK;
    if (has_wake(language, options)) {
        status = open_detector(&language->wake, AE_BLOCK_VALUES, language->wake_window_steps, wake);
    }
    if (status == ALLEARS_OK && has_verifier(language, options)) {
        status = open_detector(&language->verifier, ALLEARS_EAR_EMBEDDING,
                               language->verifier_window_steps, verifier);
    }
    if (status != ALLEARS_OK) {
        return status;
    }
    if (!(options & ALLEARS_WAKE_ONLY)) {
        if (!are_commands(language)) {
            return ALLEARS_BAD_ARGUMENT;
        }
        return open_model(&language->commands, ALLEARS_EAR_EMBEDDING, language->command_count + 1u, 0,
                    head);
    }
    return ALLEARS_OK;
}

static uint32_t higher(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/** Whether two heads may listen at the same time: all do if no wake word is waited for, else those
 * of one wake word. */
static int listen_together(const allears_models *models, unsigned options, uint32_t a, uint32_t b)
{
    return (options & ALLEARS_ASSUME_WAKE) ||
           strcmp(models->language[a].wake_word, models->language[b].wake_word) == 0;
}

/** Place the states of verifiers and heads behind head_states. Verifiers are asked together, but
 * never while a head listens, and heads of other wake words never beside each other: what is not
 * in use at the same time lies in the same place. */
static uint32_t place_heads(const allears_models *models, unsigned options, plan *plan)
{
    uint32_t verifiers = 0, heads = 0;
    for (uint32_t i = 0; i < models->language_count; i++) {
        plan->verifier_offset[i] = verifiers;
        verifiers += aligned(plan->verifier[i].state_bytes);
        uint32_t offset = 0;
        for (uint32_t other = 0; other < i; other++) {
            if (listen_together(models, options, other, i)) {
                offset += aligned(plan->head[other].state_bytes);
            }
        }
        plan->head_offset[i] = offset;
        heads = higher(heads, offset + aligned(plan->head[i].state_bytes));
    }
    return higher(verifiers, heads);
}

static void lay_out(const allears_models *models, unsigned options, plan *plan)
{
    uint32_t wakes = 0, windows = 0, scratch = plan->ear.scratch_bytes;
    for (uint32_t i = 0; i < models->language_count; i++) {
        const ae_program *wake = &plan->wake[i], *head = &plan->head[i];
        wakes += aligned(wake->state_bytes);
        scratch = higher(scratch, wake->scratch_bytes);
        scratch = higher(scratch, plan->verifier[i].scratch_bytes);
        scratch = higher(scratch, head->scratch_bytes);
        if (head->words != NULL) {
            windows += (uint32_t)models->language[i].smoothing_steps *
                       models->language[i].command_count;
        }
    }
    plan->recent = aligned(sizeof(struct allears_listener));
    plan->wake_states = plan->recent + aligned(AE_RECENT_BLOCKS * AE_BLOCK_VALUES);
    plan->scratch = plan->wake_states + wakes;
    plan->ear_state = plan->scratch + aligned(scratch);
    plan->head_states = plan->ear_state + aligned(plan->ear.state_bytes);
    plan->windows = plan->head_states + place_heads(models, options, plan);
    plan->end = aligned(plan->windows + windows);
    plan->always_on = plan->ear_state;
}

static allears_status make_plan(const allears_models *models, unsigned options, plan *plan)
{
    if (models == NULL || models->language_count == 0 ||
        models->language_count > ALLEARS_MAX_LANGUAGES || models->vad_aggressiveness > 3 ||
        models->number_gap_ms < AE_EAR_STEP_MS || models->number_gap_ms > UINT16_MAX ||
        models->number_hold_off_ms > UINT16_MAX) {
        return ALLEARS_BAD_ARGUMENT;
    }
    memset(plan, 0, sizeof *plan);
    int hears = !(options & ALLEARS_WAKE_ONLY);
    for (uint32_t i = 0; i < models->language_count; i++) {
        hears |= has_verifier(&models->language[i], options);
    }
    if (hears) {
        allears_status status = open_model(&models->ear, AE_EAR_VALUES, ALLEARS_EAR_EMBEDDING, 0,
                                     &plan->ear);
        if (status != ALLEARS_OK) {
            return status;
        }
    }
    for (uint32_t i = 0; i < models->language_count; i++) {
        allears_status status = plan_language(&models->language[i], options, &plan->wake[i],
                                              &plan->verifier[i], &plan->head[i]);
        if (status != ALLEARS_OK) {
            return status;
        }
    }
    lay_out(models, options, plan);
    return ALLEARS_OK;
}

allears_status allears_sizes(const allears_models *models, unsigned options, allears_memory *sizes)
{
    plan plan;
    allears_status status = sizes == NULL ? ALLEARS_BAD_ARGUMENT : make_plan(models, options, &plan);
    if (status == ALLEARS_OK) {
        /* The memory may start 8 bytes off. */
        sizes->total = plan.end + ALIGN_BYTES - MEMORY_ALIGN_BYTES;
        sizes->always_on = plan.always_on + ALIGN_BYTES - MEMORY_ALIGN_BYTES;
    }
    return status;
}

static void connect(allears_listener *listener, const plan *plan)
{
    uint8_t *base = (uint8_t *)listener;
    uint8_t *wake_state = base + plan->wake_states, *states = base + plan->head_states;
    int8_t *window = (int8_t *)base + plan->windows;
    listener->recent = (int8_t *)base + plan->recent;
    listener->scratch = base + plan->scratch;
    listener->ear = plan->ear;
    listener->ear_state = base + plan->ear_state;
    listener->decider.head_count = listener->models.language_count;
    listener->decider.gap_steps = listener->models.number_gap_ms / AE_EAR_STEP_MS;
    listener->decider.number_hold_off_ms = listener->models.number_hold_off_ms;
    for (uint32_t i = 0; i < listener->models.language_count; i++) {
        const allears_language *language = &listener->models.language[i];
        if (plan->wake[i].words != NULL) {
            ae_wake_word *word = &listener->waking.words[listener->waking.count++];
            word->language = language;
            word->program = plan->wake[i];
            word->state = wake_state;
            word->verifier = plan->verifier[i];
            word->verifier_state = states + plan->verifier_offset[i];
            wake_state += aligned(word->program.state_bytes);
        }
        ae_head *head = &listener->decider.heads[i];
        head->language = language;
        head->program = plan->head[i];
        head->state = states + plan->head_offset[i];
        head->window = window;
        window += (uint32_t)language->smoothing_steps * language->command_count;
    }
}

allears_status allears_init(void *memory, size_t bytes, const allears_models *models,
                            unsigned options, allears_listener **listener)
{
    plan plan;
    if (memory == NULL || listener == NULL || (uintptr_t)memory % MEMORY_ALIGN_BYTES != 0) {
        return ALLEARS_BAD_ARGUMENT;
    }
    allears_status status = make_plan(models, options, &plan);
    if (status != ALLEARS_OK) {
        return status;
    }
    uint32_t offset = (uint32_t)(-(uintptr_t)memory % ALIGN_BYTES);
    if (bytes < (size_t)plan.end + offset) {
        return ALLEARS_TOO_LITTLE_MEMORY;
    }
    allears_listener *made = (allears_listener *)((uint8_t *)memory + offset);
    memset(made, 0, sizeof *made);
    made->models = *models;
    made->options = options;
    connect(made, &plan);
    ae_begin(made);
    *listener = made;
    return ALLEARS_OK;
}
