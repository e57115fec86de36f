#include "link/smp.h"

#include <string.h>

typedef struct {
    uint16_t code;
    uint8_t rc;
    const char *sentence;
} refusal_text;

#define AS_ENTRY(code, rc, sentence) {code, rc, sentence},
static const refusal_text REFUSALS[] = {ALLEARS_REFUSALS(AS_ENTRY)};

int allears_smp_read(const uint8_t *message, uint32_t size, allears_smp_request *request)
{
    if (size < ALLEARS_SMP_HEADER_BYTES) return 0;
    request->header = message;
    request->operation = message[0] & 7;
    request->group = (uint16_t)(message[4] << 8 | message[5]);
    request->command = message[7];
    request->map = message + ALLEARS_SMP_HEADER_BYTES;
    request->map_bytes = (uint32_t)(message[2] << 8 | message[3]);
    return request->map_bytes == size - ALLEARS_SMP_HEADER_BYTES &&
           (request->operation == ALLEARS_SMP_READ || request->operation == ALLEARS_SMP_WRITE);
}

/* Passes over one value; not lists and maps, so that no request can nest deep. */
static bool skip_value(zcbor_state_t *state)
{
    struct zcbor_string string;
    uint64_t whole;
    int64_t negative;
    bool truth;
    return zcbor_uint64_decode(state, &whole) || zcbor_int64_decode(state, &negative) ||
           zcbor_tstr_decode(state, &string) || zcbor_bstr_decode(state, &string) ||
           zcbor_bool_decode(state, &truth) || zcbor_nil_expect(state, NULL);
}

static bool read_value(zcbor_state_t *state, const allears_smp_field *field)
{
    if (field->is_there != NULL) *field->is_there = true;
    switch (field->type) {
        case ALLEARS_FIELD_U32:
            return zcbor_uint32_decode(state, field->value);
        case ALLEARS_FIELD_BOOL:
            return zcbor_bool_decode(state, field->value);
        case ALLEARS_FIELD_BYTES:
            return zcbor_bstr_decode(state, field->value);
        default:
            return zcbor_tstr_decode(state, field->value);
    }
}

static const allears_smp_field *find_field(const struct zcbor_string *key,
                                           const allears_smp_field *fields, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (strlen(fields[i].key) == key->len && memcmp(fields[i].key, key->value, key->len) == 0)
            return &fields[i];
    return NULL;
}

uint16_t allears_smp_fields(const allears_smp_request *request, const allears_smp_field *fields,
                            uint32_t count)
{
    ZCBOR_STATE_D(state, 1, request->map, request->map_bytes, 1, 0);
    if (request->map_bytes == 0) return 0;
    if (!zcbor_map_start_decode(state)) return ALLEARS_REFUSAL_BAD_REQUEST;
    while (!zcbor_array_at_end(state)) {
        struct zcbor_string key;
        if (!zcbor_tstr_decode(state, &key)) return ALLEARS_REFUSAL_BAD_REQUEST;
        const allears_smp_field *field = find_field(&key, fields, count);
        if (field != NULL ? !read_value(state, field) : !skip_value(state))
            return ALLEARS_REFUSAL_BAD_REQUEST;
    }
    return zcbor_map_end_decode(state) ? 0 : ALLEARS_REFUSAL_BAD_REQUEST;
}

uint32_t allears_smp_head(uint8_t *reply, const allears_smp_request *request, uint32_t map_bytes)
{
    memcpy(reply, request->header, ALLEARS_SMP_HEADER_BYTES);
    reply[0]++; /* read becomes its response, write too */
    reply[1] = 0;
    reply[2] = (uint8_t)(map_bytes >> 8);
    reply[3] = (uint8_t)map_bytes;
    return ALLEARS_SMP_HEADER_BYTES + map_bytes;
}

static const refusal_text *find_refusal(uint16_t refusal)
{
    for (size_t i = 0; i < sizeof REFUSALS / sizeof REFUSALS[0]; i++)
        if (REFUSALS[i].code == refusal) return &REFUSALS[i];
    return NULL;
}

const char *allears_smp_sentence(uint16_t refusal)
{
    const refusal_text *known = find_refusal(refusal);
    return known != NULL ? known->sentence : "";
}

bool allears_smp_refuse(zcbor_state_t *map, uint16_t refusal)
{
    const refusal_text *known = find_refusal(refusal);
    const char *sentence = known != NULL ? known->sentence : "";
    char reason[128];
    size_t length = strlen(sentence);
    if (length > sizeof reason - 4) length = sizeof reason - 4;
    reason[0] = (char)('0' + refusal / 100 % 10);
    reason[1] = (char)('0' + refusal / 10 % 10);
    reason[2] = (char)('0' + refusal % 10);
    reason[3] = ' ';
    memcpy(reason + 4, sentence, length);
    return allears_smp_put_u32(map, "rc", known != NULL ? known->rc : 1) &&
           allears_smp_put_text(map, "rsn", reason, 4 + length);
}

bool allears_smp_put_key(zcbor_state_t *map, const char *key)
{
    return zcbor_tstr_encode_ptr(map, key, strlen(key));
}

bool allears_smp_put_u32(zcbor_state_t *map, const char *key, uint32_t value)
{
    return allears_smp_put_key(map, key) && zcbor_uint32_put(map, value);
}

bool allears_smp_put_bool(zcbor_state_t *map, const char *key, bool value)
{
    return allears_smp_put_key(map, key) && zcbor_bool_put(map, value);
}

bool allears_smp_put_text(zcbor_state_t *map, const char *key, const char *text, size_t length)
{
    return allears_smp_put_key(map, key) && zcbor_tstr_encode_ptr(map, text, length);
}

bool allears_smp_put_bytes(zcbor_state_t *map, const char *key, const uint8_t *bytes, size_t length)
{
    return allears_smp_put_key(map, key) && zcbor_bstr_encode_ptr(map, (const char *)bytes, length);
}
