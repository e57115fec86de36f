#include "flash.h"

#include "board.h"
#include "slots/layout.h"

/* Volatile: QEMU may be killed between any two of these writes, so each must be made, in order. */
static volatile uint8_t *const FLASH = (volatile uint8_t *)FLASH_ADDRESS;

int flash_program(void *context, uint32_t address, const void *data, uint32_t size)
{
    const uint8_t *from = data;
    (void)context;
    if (address > ALLEARS_FLASH_BYTES || size > ALLEARS_FLASH_BYTES - address) return -1;
    for (uint32_t i = 0; i < size; i++) {
        uint8_t before = FLASH[address + i];
        if ((before & from[i]) != from[i]) return -1; /* only an erase sets a bit */
        FLASH[address + i] = from[i];
    }
    return 0;
}

int flash_erase(void *context, uint32_t address)
{
    (void)context;
    if (address % ALLEARS_SECTOR_BYTES != 0 || address >= ALLEARS_FLASH_BYTES) return -1;
    volatile uint32_t *words = (volatile uint32_t *)(FLASH_ADDRESS + address);
    for (uint32_t i = 0; i < ALLEARS_SECTOR_BYTES / sizeof *words; i++) words[i] = 0xFFFFFFFFu;
    return 0;
}
