/* How models of different thresholds are compared: by the margin above their own. */
#ifndef ALLEARS_MARGIN_H
#define ALLEARS_MARGIN_H

#include <stdint.h>

/** A model's answer beside its limit. */
typedef struct {
    uint32_t total;      /**< Sum of the window's outputs, each 0 to 255; at least the limit. */
    uint32_t limit;      /**< What it takes to fire. */
    uint32_t full_scale; /**< 256 times the window's length, at most 8192. */
} ae_margin;

/** 1 if `ours` reaches a greater share of the way from limit to full scale, else 0. */
static inline int ae_beats(const ae_margin *ours, const ae_margin *theirs)
{
    return (ours->total - ours->limit) * (theirs->full_scale - theirs->limit) >
           (theirs->total - theirs->limit) * (ours->full_scale - ours->limit);
}

#endif
