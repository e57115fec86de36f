/* Stands for the runtime where only the link is fuzzed: packs load, and nothing is ever heard. */
#include "allears.h"

allears_status allears_read_pack(const void *pack, size_t bytes, allears_models *models)
{
    (void)pack;
    (void)bytes;
    models->language_count = 0;
    return ALLEARS_OK;
}

allears_status allears_init(void *memory, size_t bytes, const allears_models *models,
                            unsigned options, allears_listener **listener)
{
    (void)bytes;
    (void)models;
    (void)options;
    *listener = memory;
    return ALLEARS_OK;
}

size_t allears_feed(allears_listener *listener, const int16_t *samples, size_t count)
{
    (void)listener;
    (void)samples;
    return count;
}

int allears_next_event(allears_listener *listener, allears_event *event)
{
    (void)listener;
    (void)event;
    return 0;
}

int allears_finish(allears_listener *listener)
{
    (void)listener;
    return 1;
}

void allears_look(allears_listener *listener, allears_view *view)
{
    (void)listener;
    *view = (allears_view){0};
}

void allears_reset(allears_listener *listener)
{
    (void)listener;
}
