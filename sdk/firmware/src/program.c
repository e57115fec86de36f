#include "program.h"

#include <string.h>

#include "kernels/kernels.h"
#include "program_check.h"
#include "program_layout.h"

static int is_whole(const ae_extent *extent, const uint32_t *words)
{
    const uint32_t step_bytes = AE_PROGRAM_STEP_WORDS * 4, fill_bytes = AE_PROGRAM_FILL_WORDS * 4;
    uint32_t fills = words[AE_HEADER_FILL_COUNT], steps = words[AE_HEADER_STEP_COUNT];
    return extent->state_bytes % AE_PROGRAM_ALIGN_BYTES == 0 &&
           extent->state_bytes <= AE_PROGRAM_MAX_ARENA_BYTES &&
           extent->scratch_bytes <= AE_PROGRAM_MAX_ARENA_BYTES && fills <= AE_PROGRAM_MAX_FILLS &&
           steps > 0 && steps <= AE_PROGRAM_MAX_STEPS && words[AE_HEADER_INPUT_BYTES] > 0 &&
           words[AE_HEADER_OUTPUT_BYTES] > 0 && words[AE_HEADER_OUTPUT_UNSIGNED] <= 1 &&
           ae_in_memory(extent, words[AE_HEADER_INPUT_AT], words[AE_HEADER_INPUT_BYTES]) &&
           ae_in_memory(extent, words[AE_HEADER_OUTPUT_AT], words[AE_HEADER_OUTPUT_BYTES]) &&
           ae_in_program(extent, words[AE_HEADER_FILLS_AT], (uint64_t)fills * fill_bytes) &&
           ae_in_program(extent, words[AE_HEADER_STEPS_AT], (uint64_t)steps * step_bytes);
}

static int are_fills(const ae_extent *extent, const uint32_t *words)
{
    const uint32_t *fill = words + words[AE_HEADER_FILLS_AT] / 4;
    for (uint32_t i = 0; i < words[AE_HEADER_FILL_COUNT]; i++) {
        uint64_t end = (uint64_t)fill[AE_FILL_AT] + fill[AE_FILL_BYTES];
        if (end > extent->state_bytes || fill[AE_FILL_VALUE] > 255) {
            return 0;
        }
        fill += AE_PROGRAM_FILL_WORDS;
    }
    return 1;
}

static int are_steps(const ae_extent *extent, const uint32_t *words)
{
    const uint32_t *step = words + words[AE_HEADER_STEPS_AT] / 4;
    uint64_t work = 0;
    for (uint32_t i = 0; i < words[AE_HEADER_STEP_COUNT]; i++) {
        uint64_t cost = ae_step_cost(extent, step);
        work += cost;
        if (cost == 0 || work > AE_PROGRAM_MAX_WORK) {
            return 0;
        }
        step += AE_PROGRAM_STEP_WORDS;
    }
    return 1;
}

allears_status ae_program_open(const void *data, uint32_t bytes, ae_program *program)
{
    const uint32_t *words = data;
    if (data == NULL || program == NULL || (uintptr_t)data % AE_PROGRAM_ALIGN_BYTES != 0) {
        return ALLEARS_BAD_ARGUMENT;
    }
    if (bytes < AE_PROGRAM_HEADER_WORDS * 4 || words[AE_HEADER_MAGIC] != AE_PROGRAM_MAGIC ||
        words[AE_HEADER_FORMAT] != AE_PROGRAM_FORMAT || words[AE_HEADER_TOTAL_BYTES] > bytes) {
        return ALLEARS_BAD_PROGRAM;
    }
    ae_extent extent = {words, words[AE_HEADER_TOTAL_BYTES], words[AE_HEADER_STATE_BYTES],
                        words[AE_HEADER_SCRATCH_BYTES]};
    if (!is_whole(&extent, words) || !are_fills(&extent, words) || !are_steps(&extent, words)) {
        return ALLEARS_BAD_PROGRAM;
    }
    program->words = words;
    program->state_bytes = extent.state_bytes;
    program->scratch_bytes = extent.scratch_bytes;
    program->input_bytes = words[AE_HEADER_INPUT_BYTES];
    program->output_bytes = words[AE_HEADER_OUTPUT_BYTES];
    program->output_unsigned = words[AE_HEADER_OUTPUT_UNSIGNED];
    return ALLEARS_OK;
}

void ae_program_reset(const ae_program *program, uint8_t *state)
{
    const uint32_t *words = program->words;
    const uint32_t *fill = words + words[AE_HEADER_FILLS_AT] / 4;
    memset(state, 0, program->state_bytes);
    for (uint32_t i = 0; i < words[AE_HEADER_FILL_COUNT]; i++) {
        memset(state + fill[AE_FILL_AT], (int)fill[AE_FILL_VALUE], fill[AE_FILL_BYTES]);
        fill += AE_PROGRAM_FILL_WORDS;
    }
}

/** What the steps of one run work with. */
typedef struct {
    const uint8_t *program;
    uint8_t *state, *scratch;
    uint32_t state_bytes;
} run_memory;

static int8_t *at(const run_memory *memory, uint32_t place)
{
    return (int8_t *)(place < memory->state_bytes ? memory->state + place
                                                  : memory->scratch + (place - memory->state_bytes));
}

static const void *table(const run_memory *memory, uint32_t place)
{
    return memory->program + place;
}

static void run_dense(const run_memory *memory, const uint32_t *step)
{
    ae_rescaling rescaling = {
        table(memory, step[AE_DENSE_BIAS]),      table(memory, step[AE_DENSE_MULTIPLIER]),
        table(memory, step[AE_DENSE_SHIFT]),     (int32_t)step[AE_DENSE_ZERO_POINT],
        (int32_t)step[AE_DENSE_LOW],             (int32_t)step[AE_DENSE_HIGH]};
    ae_dense(at(memory, step[AE_DENSE_SRC]), at(memory, step[AE_DENSE_DST]), step[AE_DENSE_FRAMES],
             step[AE_DENSE_STRIDE_BYTES], step[AE_DENSE_ROW_BYTES], step[AE_DENSE_CHANNELS],
             table(memory, step[AE_DENSE_WEIGHTS]), &rescaling);
}

static void run_depthwise(const run_memory *memory, const uint32_t *step)
{
    ae_rescaling rescaling = {
        table(memory, step[AE_DEPTHWISE_BIAS]),  table(memory, step[AE_DEPTHWISE_MULTIPLIER]),
        table(memory, step[AE_DEPTHWISE_SHIFT]), (int32_t)step[AE_DEPTHWISE_ZERO_POINT],
        (int32_t)step[AE_DEPTHWISE_LOW],         (int32_t)step[AE_DEPTHWISE_HIGH]};
    ae_depthwise(at(memory, step[AE_DEPTHWISE_SRC]), at(memory, step[AE_DEPTHWISE_DST]),
                 step[AE_DEPTHWISE_FRAMES], step[AE_DEPTHWISE_STRIDE_FRAMES],
                 step[AE_DEPTHWISE_KERNEL], step[AE_DEPTHWISE_CHANNELS],
                 table(memory, step[AE_DEPTHWISE_WEIGHTS]), &rescaling);
}

static void run_add(const run_memory *memory, const uint32_t *step)
{
    ae_summand left = {at(memory, step[AE_ADD_LEFT]), (int32_t)step[AE_ADD_LEFT_ZERO_POINT],
                       (int32_t)step[AE_ADD_LEFT_MULTIPLIER], (int32_t)step[AE_ADD_LEFT_SHIFT]};
    ae_summand right = {at(memory, step[AE_ADD_RIGHT]), (int32_t)step[AE_ADD_RIGHT_ZERO_POINT],
                        (int32_t)step[AE_ADD_RIGHT_MULTIPLIER],
                        (int32_t)step[AE_ADD_RIGHT_SHIFT]};
    ae_add(&left, &right, at(memory, step[AE_ADD_DST]), step[AE_ADD_COUNT],
           (int32_t)step[AE_ADD_ZERO_POINT], (int32_t)step[AE_ADD_MULTIPLIER],
           (int32_t)step[AE_ADD_SHIFT], (int32_t)step[AE_ADD_LOW], (int32_t)step[AE_ADD_HIGH]);
}

static void run_step(const run_memory *memory, const uint32_t *step)
{
    switch (step[0]) {
    case AE_DENSE:
        run_dense(memory, step);
        break;
    case AE_DEPTHWISE:
        run_depthwise(memory, step);
        break;
    case AE_ADD:
        run_add(memory, step);
        break;
    case AE_MEAN:
        ae_mean(at(memory, step[AE_MEAN_SRC]), at(memory, step[AE_MEAN_DST]), step[AE_MEAN_FRAMES],
                step[AE_MEAN_CHANNELS], (int32_t)step[AE_MEAN_BIAS],
                (int32_t)step[AE_MEAN_MULTIPLIER], (int32_t)step[AE_MEAN_SHIFT],
                (int32_t)step[AE_MEAN_ZERO_POINT]);
        break;
    case AE_SOFTMAX:
        ae_softmax(at(memory, step[AE_SOFTMAX_SRC]), at(memory, step[AE_SOFTMAX_DST]),
                   step[AE_SOFTMAX_COUNT], (int32_t)step[AE_SOFTMAX_MULTIPLIER],
                   (int32_t)step[AE_SOFTMAX_SHIFT], (int32_t)step[AE_SOFTMAX_LOWEST_DIFFERENCE]);
        break;
    case AE_LOOKUP:
        ae_lookup(at(memory, step[AE_LOOKUP_SRC]), at(memory, step[AE_LOOKUP_DST]),
                  step[AE_LOOKUP_COUNT], table(memory, step[AE_LOOKUP_TABLE]));
        break;
    case AE_COPY:
        ae_copy(at(memory, step[AE_COPY_SRC]), at(memory, step[AE_COPY_DST]), step[AE_COPY_ROWS],
                step[AE_COPY_ROW_BYTES], step[AE_COPY_SRC_STRIDE], step[AE_COPY_DST_STRIDE]);
        break;
    }
}

static run_memory memory_of(const ae_program *program, uint8_t *state, uint8_t *scratch)
{
    run_memory memory = {(const uint8_t *)program->words, state, scratch, program->state_bytes};
    return memory;
}

int8_t *ae_program_input(const ae_program *program, uint8_t *state, uint8_t *scratch)
{
    run_memory memory = memory_of(program, state, scratch);
    return at(&memory, program->words[AE_HEADER_INPUT_AT]);
}

const int8_t *ae_program_run(const ae_program *program, uint8_t *state, uint8_t *scratch)
{
    run_memory memory = memory_of(program, state, scratch);
    const uint32_t *step = program->words + program->words[AE_HEADER_STEPS_AT] / 4;
    for (uint32_t i = 0; i < program->words[AE_HEADER_STEP_COUNT]; i++) {
        run_step(&memory, step);
        step += AE_PROGRAM_STEP_WORDS;
    }
    return at(&memory, program->words[AE_HEADER_OUTPUT_AT]);
}
