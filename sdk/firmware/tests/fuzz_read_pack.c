/* libFuzzer: whatever the bytes, what the reader finds lies inside them. */
#include <stdlib.h>
#include <string.h>

#include "allears.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t sum_of(const void *data, size_t bytes)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < bytes; i++) {
        sum += ((const uint8_t *)data)[i];
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *content = malloc(size != 0 ? size : 1);
    memcpy(content, data, size);
    allears_models models;
    uint32_t sum = 0;
    if (allears_read_pack(content, size, &models) == ALLEARS_OK) {
        sum += sum_of(models.ear.data, models.ear.bytes);
        for (uint32_t i = 0; i < models.language_count; i++) {
            const allears_language *language = &models.language[i];
            sum += sum_of(language->wake.data, language->wake.bytes);
            sum += sum_of(language->verifier.data, language->verifier.bytes);
            sum += sum_of(language->commands.data, language->commands.bytes);
            sum += sum_of(language->command, language->command_count * sizeof *language->command);
            sum += (uint32_t)strlen(language->wake_word) + (uint32_t)strlen(language->code);
        }
    }
    volatile uint32_t read = sum;
    (void)read;
    free(content);
    return 0;
}
