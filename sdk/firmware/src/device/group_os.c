#include <string.h>

#include "device/groups.h"

static uint16_t echo(allears_device *device, const allears_smp_request *request, zcbor_state_t *map)
{
    struct zcbor_string text = {0};
    bool is_there = false;
    const allears_smp_field fields[] = {{"d", ALLEARS_FIELD_TEXT, &text, &is_there}};
    uint16_t refusal = allears_smp_fields(request, fields, 1);
    (void)device;
    if (refusal != 0 || !is_there) return ALLEARS_REFUSAL_BAD_REQUEST;
    allears_smp_put_text(map, "r", (const char *)text.value, text.len);
    return 0;
}

static uint16_t reset(allears_device *device, const allears_smp_request *request,
                      zcbor_state_t *map)
{
    (void)request;
    (void)map;
    device->reset_is_due = 1; /* once this is answered */
    return 0;
}

static uint16_t parameters(allears_device *device, const allears_smp_request *request,
                           zcbor_state_t *map)
{
    (void)request;
    allears_smp_put_u32(map, "buf_size", sizeof device->frame.bytes);
    allears_smp_put_u32(map, "buf_count", 1);
    return 0;
}

static uint16_t info(allears_device *device, const allears_smp_request *request, zcbor_state_t *map)
{
    char text[64] = "AllEars ";
    (void)request;
    strncat(text, device->port->board, ALLEARS_BOARD_CHARS);
    strncat(text, " " ALLEARS_VERSION, sizeof text - strlen(text) - 1);
    allears_smp_put_text(map, "output", text, strlen(text));
    return 0;
}

allears_answer allears_group_os(uint8_t operation, uint8_t command)
{
    /* Zephyr's clients write an echo or a reset, older ones read them: both are understood. */
    if (command == ALLEARS_OS_ECHO) return echo;
    if (command == ALLEARS_OS_RESET && operation == ALLEARS_SMP_WRITE) return reset;
    if (command == ALLEARS_OS_PARAMETERS) return parameters;
    return command == ALLEARS_OS_INFO ? info : NULL;
}
