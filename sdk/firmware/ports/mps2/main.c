/* The emulated board: boot the device, then serve the link and the microphone for ever. */
#include "board.h"
#include "device/device.h"
#include "flash.h"
#include "microphone.h"
#include "uart.h"
#include "vitals.h"

enum { BLOCK_SAMPLES = 160 };

/* Enough for three languages; tests/board/test_budgets.py holds it to its limit. */
#ifndef LISTENER_BYTES
#define LISTENER_BYTES (46 * 1024)
#endif

static allears_device device;
static uint64_t memory[LISTENER_BYTES / sizeof(uint64_t)];

/* This board has RAM to spare; where there is none, `keep` stays null. */
static int16_t kept_audio[ALLEARS_KEEP_SAMPLES] __attribute__((section(".keep")));

static void reset_board(void *context)
{
    (void)context;
    __asm volatile("dsb");
    RESET_CONTROL = 0x05FA0004u; /* SYSRESETREQ */
    for (;;) {}
}

/* Sleeps until a byte or the next tick comes; interrupts are off while looking, so none is lost. */
static void sleep_until_interrupt(void)
{
    __asm volatile("cpsid i");
    if (!uart_has_received()) __asm volatile("wfi");
    __asm volatile("cpsie i");
}

static void log_boot(const allears_port_t *port)
{
    int runs = device.slots.running_slot != ALLEARS_NO_SLOT;
    int is_trial = runs && device.slots.running_slot != device.slots.journal.state.confirmed;
    port->log(port->context, !runs      ? "boot: no pack runs"
                             : is_trial ? "boot: a pack on trial runs"
                                        : "boot: the confirmed pack runs");
}

int main(void)
{
    const allears_port_t port = {
        .flash = (const uint8_t *)FLASH_ADDRESS,
        .program = flash_program,
        .erase = flash_erase,
        .send = uart_send,
        .reset = reset_board,
        .public_key = (const uint8_t *)FACTORY_ADDRESS,
        .board = BOARD_NAME,
        .log = uart_log,
        .clock_us = vitals_clock_us,
        .stack_used = vitals_stack_used,
        .stack_bytes = vitals_stack_bytes(),
        .keep = kept_audio,
    };
    int16_t samples[BLOCK_SAMPLES];
    uint8_t byte;
    uart_init();
    microphone_init();
    allears_device_boot(&device, &port, memory, sizeof memory);
    log_boot(&port);
    vitals_init();
    for (;;) {
        size_t count = microphone_read(samples, BLOCK_SAMPLES);
        if (count > 0) allears_device_hear(&device, samples, count);
        while (uart_receive(&byte)) allears_device_receive(&device, byte);
        if (count == 0) sleep_until_interrupt();
    }
}
