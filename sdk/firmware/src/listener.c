#include "listener.h"

#include <string.h>

enum {
    FLUSH_SAMPLES = ALLEARS_SAMPLE_RATE_HZ / 1000 * 800,
    /* A block gives no more events than this: catching up on a contest of wake words, a few. */
    EVENTS_A_BLOCK = 8
};

void ae_report(allears_listener *listener, const allears_event *event)
{
    uint32_t at = (listener->event_next + listener->event_count) % ALLEARS_EVENT_QUEUE;
    listener->events[at] = *event;
    if (listener->event_count < ALLEARS_EVENT_QUEUE) {
        listener->event_count++;
    } else {
        listener->event_next = (listener->event_next + 1) % ALLEARS_EVENT_QUEUE;
    }
}

int allears_next_event(allears_listener *listener, allears_event *event)
{
    if (listener->event_count == 0) {
        return 0;
    }
    *event = listener->events[listener->event_next];
    listener->event_next = (listener->event_next + 1) % ALLEARS_EVENT_QUEUE;
    listener->event_count--;
    return 1;
}

/** Features of the step that was just completed; the block too, when that is. */
static void complete_step(allears_listener *listener)
{
    uint32_t step = listener->block_fill / AE_STEP_SAMPLES - 1;
    const int16_t *samples = listener->block + step * AE_STEP_SAMPLES;
    int8_t *features = listener->features + step * ALLEARS_FEATURE_CHANNELS;
    ae_frontend_hear(&listener->frontend, &listener->level, samples, features);
    if (listener->warm_up_steps > 0) {
        listener->warm_up_steps--;
        listener->block_fill = 0;
    } else if (listener->block_fill == AE_BLOCK_SAMPLES) {
        listener->block_fill = 0;
        ae_hear(listener);
    }
}

static int has_room(const allears_listener *listener)
{
    return listener->event_count <= ALLEARS_EVENT_QUEUE - EVENTS_A_BLOCK;
}

/** As allears_feed(); silence where `samples` is null. */
static size_t feed(allears_listener *listener, const int16_t *samples, size_t count)
{
    size_t taken = 0;
    while (taken < count && has_room(listener)) {
        size_t wanted = AE_STEP_SAMPLES - listener->block_fill % AE_STEP_SAMPLES;
        size_t now = count - taken < wanted ? count - taken : wanted;
        int16_t *target = listener->block + listener->block_fill;
        if (samples != NULL) {
            memcpy(target, samples + taken, now * sizeof *samples);
        } else {
            memset(target, 0, now * sizeof *target);
        }
        listener->block_fill += (uint32_t)now;
        taken += now;
        if (listener->block_fill % AE_STEP_SAMPLES == 0) {
            complete_step(listener);
        }
    }
    return taken;
}

size_t allears_feed(allears_listener *listener, const int16_t *samples, size_t count)
{
    return samples == NULL ? 0 : feed(listener, samples, count);
}

int allears_finish(allears_listener *listener)
{
    if (!listener->flushing) {
        listener->flushing = 1;
        listener->flush_left = FLUSH_SAMPLES;
    }
    listener->flush_left -= (uint32_t)feed(listener, NULL, listener->flush_left);
    if (listener->flush_left > 0 || !has_room(listener)) {
        return 0;
    }
    allears_event number;
    if (ae_number_close(&listener->decider.number, (uint32_t)listener->now_ms, &number)) {
        ae_report(listener, &number);
    }
    ae_begin(listener);
    return 1;
}

void allears_reset(allears_listener *listener)
{
    ae_begin(listener);
    listener->event_count = 0;
}

void allears_look(allears_listener *listener, allears_view *view)
{
    view->is_listening = listener->decider.listening != 0;
    view->had_speech = listener->had_speech;
    view->wake_score = ae_waking_take_peak(&listener->waking);
    listener->had_speech = 0;
}

int allears_is_listening(const allears_listener *listener)
{
    return listener->decider.listening != 0;
}
