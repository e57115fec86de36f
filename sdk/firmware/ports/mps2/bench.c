/* Counts instructions: the pack in the first slot hears the samples that the host has put where the
 * microphone's ring lies: u32 samples, u32 bytes of the pack, u32 mode (0: always waiting for the
 * wake word; 1: always listening for commands), and the samples a sector further.
 * With QEMU's `-icount shift=0` an instruction takes a nanosecond, so SysTick counts them.
 *
 * Writes a line to the log, "MODE INSTRUCTIONS SAMPLES EVENTS", and ends QEMU.
 */
#include "allears.h"
#include "board.h"
#include "slots/layout.h"
#include "uart.h"

enum { INSTRUCTIONS_A_TICK = 1000000000 / SYSTEM_CLOCK_HZ, BLOCK_SAMPLES = 160 };

#define SYSTICK_RANGE 0x1000000u

static uint64_t memory[80 * 1024 / sizeof(uint64_t)];
static volatile uint32_t ticks_high;

void systick_interrupt(void)
{
    ticks_high++;
}

static uint64_t instructions(void)
{
    uint32_t high;
    uint32_t low;
    do {
        high = ticks_high;
        low = SYSTICK_VALUE;
    } while (high != ticks_high);
    return ((uint64_t)high * SYSTICK_RANGE + (SYSTICK_RANGE - 1 - low)) * INSTRUCTIONS_A_TICK;
}

static char *put_number(char *at, uint64_t number)
{
    char digits[20];
    int count = 0;
    do {
        digits[count++] = (char)('0' + (int)(number % 10));
        number /= 10;
    } while (number != 0);
    while (count > 0) *at++ = digits[--count];
    return at;
}

static void tell(const char *mode, uint64_t spent, uint32_t samples, uint32_t events)
{
    char line[100];
    char *at = line;
    while (*mode != 0) *at++ = *mode++;
    *at++ = ' ';
    at = put_number(at, spent);
    *at++ = ' ';
    at = put_number(at, samples);
    *at++ = ' ';
    at = put_number(at, events);
    *at = 0;
    uart_log(0, line);
}

static void hear(const char *mode, const allears_models *models, unsigned options)
{
    const int16_t *samples = (const int16_t *)(MICROPHONE_ADDRESS + ALLEARS_SECTOR_BYTES);
    uint32_t count = REGISTER(MICROPHONE_ADDRESS);
    uint32_t events = 0;
    allears_listener *listener;
    allears_event event;
    if (allears_init(memory, sizeof memory, models, options, &listener) != ALLEARS_OK) {
        uart_log(0, "error: the models do not load");
        return;
    }
    uint64_t start = instructions();
    for (uint32_t at = 0; at < count; at += BLOCK_SAMPLES) {
        size_t left = count - at < BLOCK_SAMPLES ? count - at : BLOCK_SAMPLES;
        const int16_t *block = samples + at;
        while (left > 0) {
            size_t taken = allears_feed(listener, block, left);
            block += taken;
            left -= taken;
            while (allears_next_event(listener, &event)) events++;
        }
    }
    tell(mode, instructions() - start, count, events);
}

static void end_emulation(void)
{
    register uint32_t operation __asm("r0") = 0x18; /* SYS_EXIT */
    register uint32_t reason __asm("r1") = 0x20026; /* ADP_Stopped_ApplicationExit */
    __asm volatile("bkpt 0xab" ::"r"(operation), "r"(reason) : "memory");
}

int main(void)
{
    allears_models models;
    uint32_t size = REGISTER(MICROPHONE_ADDRESS + 4);
    uint32_t mode = REGISTER(MICROPHONE_ADDRESS + 8);
    uart_init();
    SYSTICK_RELOAD = SYSTICK_RANGE - 1;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = 7; /* core clock, interrupt, on */
    if (allears_read_pack((const void *)FLASH_ADDRESS, size, &models) != ALLEARS_OK)
        uart_log(0, "error: no pack in the first slot");
    else if (mode == 0)
        hear("always_on", &models, ALLEARS_WAKE_ONLY);
    else
        hear("listening", &models, ALLEARS_ASSUME_WAKE);
    end_emulation();
    for (;;) {}
}
