#include <string.h>

#include "device/groups.h"

enum { SAMPLE_BYTES = sizeof(int16_t), CLIP_SAMPLES = (ALLEARS_REPLY_BYTES - 128) / SAMPLE_BYTES };

static const char *const KEEP_NAMES[] = ALLEARS_KEEP_NAMES;

static uint16_t live(allears_device *device, const allears_smp_request *request, zcbor_state_t *map)
{
    const allears_port_t *port = device->port;
    allears_listener *listener = device->hearing.listener;
    allears_view view = {0};
    uint32_t peak;
    uint32_t power = allears_meter_read(&device->meter, &peak);
    (void)request;
    if (listener != NULL) allears_look(listener, &view);
    allears_smp_put_u32(map, ALLEARS_FIELD_AUDIO_MS, allears_hearing_ms(&device->hearing));
    allears_smp_put_u32(map, ALLEARS_FIELD_NEXT, device->hearing.next);
    allears_smp_put_u32(map, ALLEARS_FIELD_CLIPS, device->keeping.clips);
    allears_smp_put_u32(map, ALLEARS_FIELD_PEAK, peak);
    allears_smp_put_u32(map, ALLEARS_FIELD_POWER, power);
    allears_smp_put_bool(map, ALLEARS_FIELD_SPEECH, view.had_speech);
    allears_smp_put_u32(map, ALLEARS_FIELD_WAKE_SCORE, view.wake_score);
    allears_smp_put_bool(map, ALLEARS_FIELD_LISTENING, view.is_listening);
    if (port->clock_us != NULL) {
        allears_smp_put_u32(map, ALLEARS_FIELD_BUSY_US, device->meter.busy_us);
        allears_smp_put_u32(map, ALLEARS_FIELD_UP_US, port->clock_us(port->context));
    }
    if (port->stack_used != NULL) {
        allears_smp_put_u32(map, ALLEARS_FIELD_STACK_BYTES, port->stack_bytes);
        allears_smp_put_u32(map, ALLEARS_FIELD_STACK_USED, port->stack_used(port->context));
    }
    return 0;
}

void allears_put_keep(const allears_device *device, zcbor_state_t *map)
{
    const char *name = KEEP_NAMES[device->keeping.what];
    allears_smp_put_text(map, ALLEARS_FIELD_KEEP, name, strlen(name));
    allears_smp_put_u32(map, ALLEARS_FIELD_KEEP_MS,
                        device->keeping.ring != NULL ? ALLEARS_KEEP_MS : 0);
}

static uint16_t keep(allears_device *device, const allears_smp_request *request, zcbor_state_t *map)
{
    struct zcbor_string wanted = {0};
    bool is_there = false;
    const allears_smp_field fields[] = {
        {ALLEARS_FIELD_KEEP, ALLEARS_FIELD_TEXT, &wanted, &is_there}};
    if (allears_smp_fields(request, fields, 1) != 0 || !is_there) return ALLEARS_REFUSAL_BAD_REQUEST;
    for (uint8_t what = 0; what < sizeof KEEP_NAMES / sizeof KEEP_NAMES[0]; what++) {
        const char *name = KEEP_NAMES[what];
        if (strlen(name) != wanted.len || memcmp(name, wanted.value, wanted.len) != 0) continue;
        uint16_t refusal = allears_keeping_start(&device->keeping, what);
        if (refusal == 0) allears_put_keep(device, map);
        return refusal;
    }
    return ALLEARS_REFUSAL_BAD_REQUEST;
}

static uint16_t clip(allears_device *device, const allears_smp_request *request, zcbor_state_t *map)
{
    const allears_keeping *keeping = &device->keeping;
    int16_t samples[CLIP_SAMPLES]; /* both are little-endian */
    uint32_t offset = 0;
    const allears_smp_field fields[] = {{ALLEARS_FIELD_OFF, ALLEARS_FIELD_U32, &offset, NULL}};
    uint32_t size = allears_keeping_size(keeping);
    if (allears_smp_fields(request, fields, 1) != 0 || offset % SAMPLE_BYTES != 0)
        return ALLEARS_REFUSAL_BAD_REQUEST;
    uint32_t at = offset / SAMPLE_BYTES < size ? offset / SAMPLE_BYTES : size;
    uint32_t count = size - at < CLIP_SAMPLES ? size - at : CLIP_SAMPLES;
    if (count > 0) allears_keeping_read(keeping, at, samples, count);
    allears_smp_put_u32(map, ALLEARS_FIELD_CLIPS, keeping->clips);
    allears_smp_put_bool(map, ALLEARS_FIELD_READY, keeping->is_ready);
    if (keeping->is_ready && keeping->what != ALLEARS_KEEP_NOW)
        allears_smp_put_u32(map, ALLEARS_FIELD_N, keeping->event);
    allears_smp_put_u32(map, ALLEARS_FIELD_LEN, size * SAMPLE_BYTES);
    allears_smp_put_u32(map, ALLEARS_FIELD_OFF, at * SAMPLE_BYTES);
    allears_smp_put_bytes(map, ALLEARS_FIELD_DATA, (const uint8_t *)samples, count * SAMPLE_BYTES);
    return 0;
}

allears_answer allears_group_live(uint8_t operation, uint8_t command)
{
    int is_write = operation == ALLEARS_SMP_WRITE;
    if (command == ALLEARS_VOICE_LIVE) return is_write ? NULL : live;
    if (command == ALLEARS_VOICE_KEEP) return is_write ? keep : NULL;
    return command == ALLEARS_VOICE_CLIP && !is_write ? clip : NULL;
}
