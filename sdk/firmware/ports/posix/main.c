/* allears-posix PACK [FILE]: hears 16 kHz mono int16, WAV or raw, from a file or standard input, and
 * prints an event a line as JSON. The smallest example of a port: memory, audio in, events out.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allears.h"
#include "wav.h"

enum {
    MAX_PACK_BYTES = 4 << 20,
    CHUNK_SAMPLES = 1600,
    BAD_INPUT = 2
};

/* A device would read the pack where it lies in flash. */
static uint64_t pack[MAX_PACK_BYTES / 8 + 2];
static uint64_t memory[64 * 1024 / 8];

static int fail(const char *what, const char *name)
{
    fprintf(stderr, "error: %s: %s\n", name, what);
    return BAD_INPUT;
}

static void print_text(const char *text, size_t longest)
{
    putchar('"');
    for (size_t i = 0; i < longest && text[i] != '\0'; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\' || c < ' ') {
            printf("\\u%04x", c);
        } else {
            putchar(c);
        }
    }
    putchar('"');
}

static void print_event(const allears_models *models, const allears_event *event)
{
    const allears_language *language = &models->language[event->language];
    printf("{\"event\": \"%s\", \"time_s\": %u.%03u, \"score\": %.6f, \"language\": ",
           event->kind == ALLEARS_WAKE ? "wake" : "command", event->time_ms / 1000,
           event->time_ms % 1000, (double)event->score / event->score_full);
    print_text(language->code, sizeof language->code);
    if (event->kind == ALLEARS_WAKE) {
        printf(", \"wake_word\": ");
        print_text(language->wake_word, sizeof language->wake_word);
    } else {
        printf(", \"id\": ");
        print_text(language->command[event->command].id, sizeof language->command[0].id);
        if (event->number == ALLEARS_NO_NUMBER) {
            printf(", \"number\": null");
        } else {
            printf(", \"number\": %ld", (long)event->number);
        }
    }
    printf("}\n");
}

static void print_events(const allears_models *models, allears_listener *listener)
{
    allears_event event;
    while (allears_next_event(listener, &event)) {
        print_event(models, &event);
    }
    fflush(stdout);
}

static void hear(const allears_models *models, allears_listener *listener, FILE *audio)
{
    int16_t samples[CHUNK_SAMPLES];
    size_t count;
    while ((count = fread(samples, sizeof *samples, CHUNK_SAMPLES, audio)) > 0) {
        size_t taken = 0;
        while (taken < count) {
            taken += allears_feed(listener, samples + taken, count - taken);
            print_events(models, listener);
        }
    }
    while (!allears_finish(listener)) {
        print_events(models, listener);
    }
    print_events(models, listener);
}

static size_t load(const char *name, void *to)
{
    FILE *file = fopen(name, "rb");
    size_t bytes = file == NULL ? 0 : fread(to, 1, MAX_PACK_BYTES, file);
    if (file != NULL) {
        fclose(file);
    }
    return bytes;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3 || argv[1][0] == '-') {
        fprintf(stderr, "usage: allears-posix PACK [FILE]\n"
                        "  PACK  of a microcontroller: allears pack gb --board mps2-an386 ...\n"
                        "  FILE  WAV or raw PCM, 16 kHz mono int16; standard input without it\n"
                        "Prints events as JSON lines.\n");
        return BAD_INPUT;
    }
    uint8_t *aligned = (uint8_t *)pack + (-(uintptr_t)pack & 15);
    size_t bytes = load(argv[1], aligned);
    allears_models models;
    allears_memory sizes;
    allears_listener *listener;
    if (bytes == 0) {
        return fail("cannot be read", argv[1]);
    }
    allears_status status = allears_read_pack(aligned, bytes, &models);
    if (status == ALLEARS_OK) {
        status = allears_sizes(&models, 0, &sizes);
    }
    if (status != ALLEARS_OK) {
        return fail("no pack with layer programs; build it with --board mps2-an386", argv[1]);
    }
    if (allears_init(memory, sizeof memory, &models, 0, &listener) != ALLEARS_OK) {
        return fail("its models need more than 64 KB of memory", argv[1]);
    }
    FILE *audio = argc == 3 ? fopen(argv[2], "rb") : stdin;
    if (audio == NULL) {
        return fail("cannot be read", argv[2]);
    }
    if (argc == 3 && wav_skip_header(audio) != 0) {
        return fail("not 16 kHz mono int16", argv[2]);
    }
    hear(&models, listener, audio);
    return 0;
}
