/* NOR flash on the file-backed PSRAM: the driver keeps the rules that real flash enforces. */
#ifndef MPS2_FLASH_H
#define MPS2_FLASH_H

#include <stdint.h>

/** As allears_port_t wants them; `context` is not used. */
int flash_program(void *context, uint32_t address, const void *data, uint32_t size);
int flash_erase(void *context, uint32_t address);

#endif
