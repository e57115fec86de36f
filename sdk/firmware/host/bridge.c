#include "bridge.h"

#include <stdlib.h>
#include <string.h>

#include "listener.h"

enum { VERSION = 4 };

struct ae_bridge {
    allears_models models;
    allears_memory sizes;
    allears_listener *listener;
    void *memory;
};

uint32_t ae_bridge_version(void)
{
    return VERSION;
}

ae_bridge *ae_bridge_new(uint32_t follow_up_ms, uint32_t preroll_ms, uint32_t extend_ms,
                         uint32_t vad_aggressiveness, uint32_t number_gap_ms,
                         uint32_t number_hold_off_ms, const void *ear, uint32_t ear_bytes)
{
    ae_bridge *bridge = calloc(1, sizeof *bridge);
    if (bridge != NULL) {
        allears_models *models = &bridge->models;
        models->follow_up_ms = follow_up_ms;
        models->preroll_ms = preroll_ms;
        models->extend_ms = extend_ms;
        models->vad_aggressiveness = vad_aggressiveness;
        models->number_gap_ms = number_gap_ms;
        models->number_hold_off_ms = number_hold_off_ms;
        models->ear.data = ear;
        models->ear.bytes = ear_bytes;
    }
    return bridge;
}

allears_status ae_bridge_add_language(ae_bridge *bridge, const char *code, const char *wake_word,
                                      const void *wake, uint32_t wake_bytes, uint32_t wake_limit,
                                      uint16_t wake_window_steps, const void *verifier,
                                      uint32_t verifier_bytes, uint32_t verifier_limit,
                                      uint16_t verifier_window_steps, const void *commands,
                                      uint32_t commands_bytes, uint16_t smoothing_steps,
                                      uint16_t refractory_ms, uint16_t listen_timeout_ms,
                                      const void *command, uint16_t command_count)
{
    allears_models *models = &bridge->models;
    if (models->language_count == ALLEARS_MAX_LANGUAGES) {
        return ALLEARS_BAD_ARGUMENT;
    }
    allears_language *language = &models->language[models->language_count++];
    /* calloc() left a zero behind what is cut off. */
    strncpy(language->code, code, sizeof language->code - 1);
    strncpy(language->wake_word, wake_word, sizeof language->wake_word - 1);
    language->wake.data = wake;
    language->wake.bytes = wake_bytes;
    language->wake_limit = wake_limit;
    language->wake_window_steps = wake_window_steps;
    language->verifier.data = verifier;
    language->verifier.bytes = verifier_bytes;
    language->verifier_limit = verifier_limit;
    language->verifier_window_steps = verifier_window_steps;
    language->commands.data = commands;
    language->commands.bytes = commands_bytes;
    language->smoothing_steps = smoothing_steps;
    language->refractory_ms = refractory_ms;
    language->listen_timeout_ms = listen_timeout_ms;
    language->command = command;
    language->command_count = command_count;
    return ALLEARS_OK;
}

allears_status ae_bridge_open(ae_bridge *bridge, unsigned options)
{
    allears_status status = allears_sizes(&bridge->models, options, &bridge->sizes);
    if (status != ALLEARS_OK) {
        return status;
    }
    free(bridge->memory);
    bridge->memory = malloc(bridge->sizes.total);
    if (bridge->memory == NULL) {
        return ALLEARS_TOO_LITTLE_MEMORY;
    }
    return allears_init(bridge->memory, bridge->sizes.total, &bridge->models, options,
                        &bridge->listener);
}

uint32_t ae_bridge_total_bytes(const ae_bridge *bridge)
{
    return bridge->sizes.total;
}

uint32_t ae_bridge_always_on_bytes(const ae_bridge *bridge)
{
    return bridge->sizes.always_on;
}

long ae_bridge_feed(ae_bridge *bridge, const int16_t *samples, size_t count)
{
    long taken = (long)allears_feed(bridge->listener, samples, count);
    return bridge->listener->event_count == 0 ? taken : -1 - taken;
}

int ae_bridge_event(ae_bridge *bridge, int32_t values[7])
{
    allears_event event;
    if (!allears_next_event(bridge->listener, &event)) {
        return 0;
    }
    values[0] = event.kind;
    values[1] = event.language;
    values[2] = event.command;
    values[3] = event.number;
    values[4] = (int32_t)event.time_ms;
    values[5] = event.score;
    values[6] = event.score_full;
    return 1;
}

int ae_bridge_finish(ae_bridge *bridge)
{
    return allears_finish(bridge->listener);
}

void ae_bridge_reset(ae_bridge *bridge)
{
    allears_reset(bridge->listener);
}

int ae_bridge_is_listening(const ae_bridge *bridge)
{
    return allears_is_listening(bridge->listener);
}

void ae_bridge_look(ae_bridge *bridge, int32_t values[3])
{
    allears_view view;
    allears_look(bridge->listener, &view);
    values[0] = view.wake_score;
    values[1] = view.had_speech;
    values[2] = view.is_listening;
}

void ae_bridge_free(ae_bridge *bridge)
{
    if (bridge != NULL) {
        free(bridge->memory);
        free(bridge);
    }
}
