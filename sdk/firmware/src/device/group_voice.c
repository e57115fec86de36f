#include <string.h>

#include "device/groups.h"

enum { LINK_AUDIO_TIMEOUT_SAMPLES = ALLEARS_LINK_AUDIO_TIMEOUT_MS * 16 };

static void put_languages(allears_device *device, zcbor_state_t *map)
{
    const allears_models *models = &device->hearing.models;
    uint32_t count = device->hearing.listener != NULL ? models->language_count : 0;
    allears_smp_put_key(map, ALLEARS_FIELD_LANGUAGES);
    zcbor_list_start_encode(map, ALLEARS_MAX_LANGUAGES);
    for (uint32_t i = 0; i < count; i++)
        zcbor_tstr_encode_ptr(map, models->language[i].code, strlen(models->language[i].code));
    zcbor_list_end_encode(map, ALLEARS_MAX_LANGUAGES);
}

static uint16_t status(allears_device *device, const allears_smp_request *request,
                       zcbor_state_t *map)
{
    const allears_slots *slots = &device->slots;
    const char *sentence = allears_smp_sentence(slots->last_refusal);
    int runs = slots->running_slot != ALLEARS_NO_SLOT;
    const char *market = runs ? (const char *)slots->running.head.market : "";
    char version[32] = "";
    size_t market_chars = 0;
    (void)request;
    while (runs && market_chars < ALLEARS_MARKET_CHARS && market[market_chars] != 0) market_chars++;
    if (runs) allears_version_text(version, &slots->running.head);
    allears_smp_put_text(map, ALLEARS_FIELD_MARKET, market, market_chars);
    allears_smp_put_text(map, ALLEARS_FIELD_PACK_VERSION, version, strlen(version));
    put_languages(device, map);
    allears_smp_put_text(map, ALLEARS_FIELD_BOARD, device->port->board,
                         strlen(device->port->board));
    allears_smp_put_bytes(map, ALLEARS_FIELD_CONTRACT, slots->trust.contract,
                          sizeof slots->trust.contract);
    allears_smp_put_u32(map, ALLEARS_FIELD_COUNTER, slots->journal.state.counter);
    allears_smp_put_u32(map, ALLEARS_FIELD_SLOT_BYTES, ALLEARS_SLOT_BYTES);
    allears_smp_put_bool(map, ALLEARS_FIELD_CONFIRMED,
                         runs && slots->running_slot == slots->journal.state.confirmed);
    allears_smp_put_u32(map, ALLEARS_FIELD_REFUSAL, slots->last_refusal);
    allears_smp_put_text(map, ALLEARS_FIELD_REASON, sentence, strlen(sentence));
    allears_put_keep(device, map);
    return 0;
}

static void put_event(const allears_hearing *hearing, uint32_t n, zcbor_state_t *map)
{
    const allears_heard *heard = allears_hearing_event(hearing, n);
    const char *code = hearing->models.language[heard->language].code;
    size_t name_length = 0;
    const char *name = allears_hearing_name(hearing, heard, &name_length);
    const char *kind = heard->kind == ALLEARS_WAKE ? "wake" : "command";
    zcbor_map_start_encode(map, 7);
    allears_smp_put_u32(map, ALLEARS_FIELD_N, n);
    allears_smp_put_u32(map, ALLEARS_FIELD_AT_MS, heard->at_ms);
    allears_smp_put_text(map, ALLEARS_FIELD_KIND, kind, strlen(kind));
    allears_smp_put_text(map, ALLEARS_FIELD_LANG, code, strlen(code));
    allears_smp_put_text(map, ALLEARS_FIELD_ID, name, name_length);
    allears_smp_put_u32(map, ALLEARS_FIELD_SCORE, heard->score);
    if (heard->number != ALLEARS_NO_NUMBER)
        allears_smp_put_u32(map, ALLEARS_FIELD_NUMBER, (uint32_t)heard->number);
    zcbor_map_end_encode(map, 7);
}

static uint16_t events(allears_device *device, const allears_smp_request *request,
                       zcbor_state_t *map)
{
    const allears_hearing *hearing = &device->hearing;
    uint32_t since = 0;
    const allears_smp_field fields[] = {{ALLEARS_FIELD_SINCE, ALLEARS_FIELD_U32, &since, NULL}};
    uint16_t refusal = allears_smp_fields(request, fields, 1);
    if (refusal != 0) return refusal;
    uint32_t oldest = hearing->next > ALLEARS_MAX_EVENTS ? hearing->next - ALLEARS_MAX_EVENTS : 0;
    if (since < oldest) since = oldest;
    allears_smp_put_u32(map, ALLEARS_FIELD_NEXT, hearing->next);
    allears_smp_put_key(map, ALLEARS_FIELD_EVENTS);
    zcbor_list_start_encode(map, ALLEARS_MAX_EVENTS_REPLY);
    for (uint32_t i = 0; i < ALLEARS_MAX_EVENTS_REPLY && since < hearing->next; i++, since++)
        put_event(hearing, since, map);
    zcbor_list_end_encode(map, ALLEARS_MAX_EVENTS_REPLY);
    return 0;
}

static uint16_t counters(allears_device *device, const allears_smp_request *request,
                         zcbor_state_t *map)
{
    (void)request;
    allears_smp_put_u32(map, ALLEARS_FIELD_AUDIO_MS, allears_hearing_ms(&device->hearing));
    allears_smp_put_u32(map, ALLEARS_FIELD_WAKES, device->hearing.wakes);
    allears_smp_put_u32(map, ALLEARS_FIELD_COMMANDS, device->hearing.commands);
    allears_smp_put_u32(map, ALLEARS_FIELD_FRAMES, device->frames);
    allears_smp_put_u32(map, ALLEARS_FIELD_BAD_FRAMES, device->frame.bad_frames);
    allears_smp_put_u32(map, ALLEARS_FIELD_REFUSALS, device->refusals);
    allears_smp_put_u32(map, ALLEARS_FIELD_COPIED_BYTES, device->slots.upload.copied_bytes);
    allears_smp_put_u32(map, ALLEARS_FIELD_RECEIVED_BYTES, device->slots.upload.received_bytes);
    return 0;
}

/* Hears a request's samples, which lie at any address. */
static void hear(allears_device *device, const uint8_t *bytes, size_t size)
{
    int16_t block[64];
    while (size > 0) {
        size_t part = size < sizeof block ? size : sizeof block;
        memcpy(block, bytes, part); /* both are little-endian */
        allears_device_take(device, block, part / sizeof block[0]);
        bytes += part;
        size -= part;
    }
}

static uint16_t audio(allears_device *device, const allears_smp_request *request,
                      zcbor_state_t *map)
{
    struct zcbor_string data = {0};
    bool end = false;
    const allears_smp_field fields[] = {{ALLEARS_FIELD_DATA, ALLEARS_FIELD_BYTES, &data, NULL},
                                        {ALLEARS_FIELD_END, ALLEARS_FIELD_BOOL, &end, NULL}};
    uint16_t refusal = allears_smp_fields(request, fields, 2);
    if (refusal != 0 || data.len % 2 != 0) return ALLEARS_REFUSAL_BAD_REQUEST;
    if (device->hearing.listener == NULL) return ALLEARS_REFUSAL_NOTHING_RUNS;
    hear(device, data.value, data.len);
    if (end) allears_hearing_end(&device->hearing);
    device->deaf_samples = end ? 0 : LINK_AUDIO_TIMEOUT_SAMPLES;
    allears_smp_put_u32(map, ALLEARS_FIELD_AUDIO_MS, allears_hearing_ms(&device->hearing));
    allears_smp_put_u32(map, ALLEARS_FIELD_NEXT, device->hearing.next);
    return 0;
}

allears_answer allears_group_voice(uint8_t operation, uint8_t command)
{
    if (command == ALLEARS_VOICE_AUDIO) return operation == ALLEARS_SMP_WRITE ? audio : NULL;
    if (command >= ALLEARS_VOICE_LIVE) return allears_group_live(operation, command);
    if (operation != ALLEARS_SMP_READ) return NULL;
    if (command == ALLEARS_VOICE_STATUS) return status;
    if (command == ALLEARS_VOICE_EVENTS) return events;
    return command == ALLEARS_VOICE_COUNTERS ? counters : NULL;
}
