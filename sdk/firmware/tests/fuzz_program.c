/* libFuzzer: whatever the bytes, the loader refuses them or a run stays inside its memory. */
#include <stdlib.h>
#include <string.h>

#include "program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Memory of just the size, so that the sanitizer sees one byte too many; it is aligned. */
static uint8_t *exactly(size_t bytes)
{
    return malloc(bytes != 0 ? bytes : 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { RUNS = 2 };
    uint8_t *content = exactly(size);
    memcpy(content, data, size);
    ae_program program;
    if (ae_program_open(content, (uint32_t)size, &program) == ALLEARS_OK) {
        uint8_t *state = exactly(program.state_bytes), *scratch = exactly(program.scratch_bytes);
        memset(scratch, 0x5A, program.scratch_bytes);
        ae_program_reset(&program, state);
        for (int run = 0; run < RUNS; run++) {
            memset(ae_program_input(&program, state, scratch), 0x7F, program.input_bytes);
            const int8_t *output = ae_program_run(&program, state, scratch);
            volatile int8_t last = output[program.output_bytes - 1];
            (void)last;
        }
        free(state);
        free(scratch);
    }
    free(content);
    return 0;
}
