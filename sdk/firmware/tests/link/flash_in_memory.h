/* A flash for the fuzz targets: it enforces NOR's rules and its own bounds. */
#ifndef FLASH_IN_MEMORY_H
#define FLASH_IN_MEMORY_H

#include <stdlib.h>
#include <string.h>

#include "allears_port.h"
#include "device/keeping.h"
#include "slots/layout.h"

static uint8_t flash[ALLEARS_FLASH_BYTES];

static int flash_program(void *context, uint32_t address, const void *data, uint32_t size)
{
    (void)context;
    if (address > sizeof flash || size > sizeof flash - address) abort();
    for (uint32_t i = 0; i < size; i++) {
        uint8_t byte = ((const uint8_t *)data)[i];
        if ((flash[address + i] & byte) != byte) return -1;
        flash[address + i] = byte;
    }
    return 0;
}

static int flash_erase(void *context, uint32_t address)
{
    (void)context;
    if (address % ALLEARS_SECTOR_BYTES != 0 || address >= sizeof flash) abort();
    memset(flash + address, 0xFF, ALLEARS_SECTOR_BYTES);
    return 0;
}

static void send_nowhere(void *context, const uint8_t *bytes, size_t size)
{
    volatile uint8_t sum = 0; /* reads what would be sent, so that the sanitizers see it */
    (void)context;
    for (size_t i = 0; i < size; i++) sum = (uint8_t)(sum + bytes[i]);
}

static void reset_nothing(void *context)
{
    (void)context;
}

static uint32_t tell_nothing(void *context)
{
    (void)context;
    return 0;
}

static int16_t keep[ALLEARS_KEEP_SAMPLES];

static const uint8_t PUBLIC_KEY[32] = {1, 2, 3};

static const allears_port_t PORT = {
    .flash = flash,
    .program = flash_program,
    .erase = flash_erase,
    .send = send_nowhere,
    .reset = reset_nothing,
    .public_key = PUBLIC_KEY,
    .board = "test-board",
    .clock_us = tell_nothing,
    .stack_used = tell_nothing,
    .keep = keep,
};

#endif
