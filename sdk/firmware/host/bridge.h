/* The runtime for callers without C's structures, such as Python: plain arguments only, so that
 * nobody has to repeat the layout of allears.h.
 *
 *   bridge = ae_bridge_new(timing...);
 *   ae_bridge_add_language(bridge, ...);            once a language
 *   ae_bridge_open(bridge, options);                allocates what the listener needs
 *   taken = ae_bridge_feed(bridge, samples, count);
 *   while (ae_bridge_event(bridge, values)) ...
 *   ae_bridge_free(bridge);
 *
 * What is handed over by address must stay where it is, at multiples of 16 bytes.
 */
#ifndef ALLEARS_BRIDGE_H
#define ALLEARS_BRIDGE_H

#include "allears.h"

typedef struct ae_bridge ae_bridge;

/** Raised where callers must change with it. */
uint32_t ae_bridge_version(void);

/** Returns null where there is no memory. */
ae_bridge *ae_bridge_new(uint32_t follow_up_ms, uint32_t preroll_ms, uint32_t extend_ms,
                         uint32_t vad_aggressiveness, uint32_t number_gap_ms,
                         uint32_t number_hold_off_ms, const void *ear, uint32_t ear_bytes);

/** @param wake null where the language shares the wake word of one before it.
 *  @param verifier null without one. */
allears_status ae_bridge_add_language(ae_bridge *bridge, const char *code, const char *wake_word,
                                      const void *wake, uint32_t wake_bytes, uint32_t wake_limit,
                                      uint16_t wake_window_steps, const void *verifier,
                                      uint32_t verifier_bytes, uint32_t verifier_limit,
                                      uint16_t verifier_window_steps, const void *commands,
                                      uint32_t commands_bytes, uint16_t smoothing_steps,
                                      uint16_t refractory_ms, uint16_t listen_timeout_ms,
                                      const void *command, uint16_t command_count);

allears_status ae_bridge_open(ae_bridge *bridge, unsigned options);

/** Bytes of the listener's memory; of the part in use while waiting for the wake word. */
uint32_t ae_bridge_total_bytes(const ae_bridge *bridge);
uint32_t ae_bridge_always_on_bytes(const ae_bridge *bridge);

/** Hear samples; returns how many were taken. -1 - taken where events wait to be read. */
long ae_bridge_feed(ae_bridge *bridge, const int16_t *samples, size_t count);

/** Take the oldest event as kind, language, command, number, time_ms, score, score_full. Returns 0
 *  where there is none. */
int ae_bridge_event(ae_bridge *bridge, int32_t values[7]);

/** As allears_finish(), allears_reset() and allears_is_listening(). */
int ae_bridge_finish(ae_bridge *bridge);
void ae_bridge_reset(ae_bridge *bridge);
int ae_bridge_is_listening(const ae_bridge *bridge);

/** As allears_look(): wake_score in 1/256, had_speech, is_listening. */
void ae_bridge_look(ae_bridge *bridge, int32_t values[3]);

void ae_bridge_free(ae_bridge *bridge);

#endif
