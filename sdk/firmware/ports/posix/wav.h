#ifndef ALLEARS_POSIX_WAV_H
#define ALLEARS_POSIX_WAV_H

#include <stdio.h>

/** Move `file` to the samples of a WAV of 16 kHz mono int16. Raw PCM, which has no header, is left at
 *  its start. Returns 0, or -1 for a WAV of another form. */
int wav_skip_header(FILE *file);

#endif
