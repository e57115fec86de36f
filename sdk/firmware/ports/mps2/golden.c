/* Runs golden cases of layer programs and of the front end. The host put them where the flash area
 * lies: u32 how many, 12 bytes of nothing, then a golden_case each; places count from the area's
 * start. Outputs are written there too, for the host to compare.
 */
#include "board.h"
#include "frontend.h"
#include "program.h"

typedef struct {
    uint32_t program, program_bytes; /* at a multiple of 16 bytes; none: the front end */
    uint32_t inputs, outputs, steps; /* a step's input or output after the other's */
    int32_t status;                  /* allears_status; 1 until the case has run */
} golden_case;

enum { CASES_AT = 16, MEMORY_BYTES = 32 * 1024 };

static uint64_t state[MEMORY_BYTES / 8];
static uint64_t scratch[MEMORY_BYTES / 8];

void systick_interrupt(void);

void systick_interrupt(void)
{
    /* The timer is off. */
}

static void copy(volatile uint8_t *to, const volatile uint8_t *from, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) to[i] = from[i];
}

/* A step takes AE_STEP_SAMPLES and gives a frame of features; the first two give none. */
static int32_t run_frontend(const golden_case *golden)
{
    static ae_frontend frontend;
    const int16_t *input = (const int16_t *)(FLASH_ADDRESS + golden->inputs);
    uint8_t *output = (uint8_t *)FLASH_ADDRESS + golden->outputs;
    int8_t features[ALLEARS_FEATURE_CHANNELS];
    ae_frontend_reset(&frontend);
    for (uint32_t step = 0; step < golden->steps; step++) {
        if (ae_frontend_step(&frontend, input, features))
            copy(output, (const uint8_t *)features, sizeof features);
        input += AE_STEP_SAMPLES;
        output += sizeof features;
    }
    return ALLEARS_OK;
}

static int32_t run(const golden_case *golden)
{
    if (golden->program_bytes == 0) return run_frontend(golden);
    uint8_t *area = (uint8_t *)FLASH_ADDRESS;
    uint8_t *state_bytes = (uint8_t *)state, *scratch_bytes = (uint8_t *)scratch;
    ae_program program;
    allears_status status =
        ae_program_open(area + golden->program, golden->program_bytes, &program);
    if (status != ALLEARS_OK) return status;
    if (program.state_bytes > MEMORY_BYTES || program.scratch_bytes > MEMORY_BYTES)
        return ALLEARS_TOO_LITTLE_MEMORY;
    ae_program_reset(&program, state_bytes);
    const uint8_t *input = area + golden->inputs;
    uint8_t *output = area + golden->outputs;
    for (uint32_t step = 0; step < golden->steps; step++) {
        int8_t *values = ae_program_input(&program, state_bytes, scratch_bytes);
        copy((uint8_t *)values, input, program.input_bytes);
        const int8_t *found = ae_program_run(&program, state_bytes, scratch_bytes);
        copy(output, (const uint8_t *)found, program.output_bytes);
        input += program.input_bytes;
        output += program.output_bytes;
    }
    return ALLEARS_OK;
}

static void end_emulation(void)
{
    register uint32_t operation __asm("r0") = 0x18; /* SYS_EXIT */
    register uint32_t reason __asm("r1") = 0x20026; /* ADP_Stopped_ApplicationExit */
    __asm volatile("bkpt 0xab" ::"r"(operation), "r"(reason) : "memory");
}

int main(void)
{
    golden_case *cases = (golden_case *)(FLASH_ADDRESS + CASES_AT);
    uint32_t count = REGISTER(FLASH_ADDRESS);
    for (uint32_t i = 0; i < count; i++) cases[i].status = run(&cases[i]);
    end_emulation();
    for (;;) {}
}
