#include "link/frame.h"

#include "allears_link_contract.h"

/* Two bytes open a line: of a new message, or of one that goes on. */
static const uint8_t START[2] = {0x06, 0x09};
static const uint8_t CONTINUATION[2] = {0x04, 0x14};

enum { OUTSIDE, AFTER_06, AFTER_04, IN_LINE, AFTER_PAD };

uint16_t allears_crc16(uint16_t crc, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        crc ^= (uint16_t)(bytes[i] << 8);
        for (int bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc << 1 ^ ((crc & 0x8000) ? 0x1021 : 0));
    }
    return crc;
}

static int sextet(uint8_t c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

static void drop(allears_frame_t *frame)
{
    frame->bad_frames++;
    frame->started = 0;
    frame->state = OUTSIDE;
}

/* The line is over: the message is complete, wants another line, or is bad. */
static uint32_t end_line(allears_frame_t *frame)
{
    frame->state = OUTSIDE;
    if (frame->size < 2) {
        drop(frame);
        return 0;
    }
    uint32_t length = (uint32_t)(frame->bytes[0] << 8 | frame->bytes[1]); /* with the checksum */
    if (length < 2 || 2 + length > sizeof frame->bytes || frame->size > 2 + length) {
        drop(frame);
        return 0;
    }
    if (frame->size < 2 + length) return 0;
    frame->started = 0;
    if (allears_crc16(0, frame->bytes + 2, length) != 0) {
        frame->bad_frames++;
        return 0;
    }
    return length - 2;
}

static void open_line(allears_frame_t *frame, int first)
{
    if (!first && !frame->started) { /* its first line was lost */
        drop(frame);
        return;
    }
    if (first) {
        if (frame->started) frame->bad_frames++; /* the one before was never completed */
        frame->size = 0;
        frame->started = 1;
    }
    frame->state = IN_LINE;
    frame->sextets = 0;
    frame->bits = 0;
}

static void take(allears_frame_t *frame, int value)
{
    frame->sextets = frame->sextets << 6 | (uint32_t)value;
    frame->bits = (uint8_t)(frame->bits + 6);
    if (frame->bits < 8) return;
    frame->bits = (uint8_t)(frame->bits - 8);
    if (frame->size == sizeof frame->bytes) {
        drop(frame);
        return;
    }
    frame->bytes[frame->size++] = (uint8_t)(frame->sextets >> frame->bits);
    frame->sextets &= (1u << frame->bits) - 1;
}

uint32_t allears_frame_push(allears_frame_t *frame, uint8_t byte)
{
    int value;
    switch (frame->state) {
        case AFTER_06:
            if (byte == START[1]) {
                open_line(frame, 1);
                return 0;
            }
            break;
        case AFTER_04:
            if (byte == CONTINUATION[1]) {
                open_line(frame, 0);
                return 0;
            }
            break;
        case IN_LINE:
        case AFTER_PAD:
            if (byte == '\n') return end_line(frame);
            if (byte == '\r') return 0;
            value = sextet(byte);
            if (byte == '=')
                frame->state = AFTER_PAD;
            else if (value < 0 || frame->state == AFTER_PAD)
                drop(frame); /* and look at this byte again: it may open a line */
            else
                take(frame, value);
            if (frame->state != OUTSIDE) return 0;
            break;
        default:
            break;
    }
    frame->state = byte == START[0] ? AFTER_06 : byte == CONTINUATION[0] ? AFTER_04 : OUTSIDE;
    return 0;
}

void allears_frame_send(const uint8_t *message, uint32_t size,
                        void (*send)(void *context, const uint8_t *bytes, size_t size),
                        void *context)
{
    static const char ALPHABET[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint16_t crc = allears_crc16(0, message, size);
    uint32_t total = size + ALLEARS_FRAME_OVERHEAD_BYTES;
    uint8_t line[ALLEARS_LINE_BYTES];
    uint32_t at = 0;
    while (at < total) {
        uint32_t used = 0;
        line[used++] = at == 0 ? START[0] : CONTINUATION[0];
        line[used++] = at == 0 ? START[1] : CONTINUATION[1];
        while (at < total && used + 4 < ALLEARS_LINE_BYTES) {
            uint32_t group = 0;
            uint32_t taken = total - at < 3 ? total - at : 3;
            for (uint32_t i = 0; i < 3; i++) {
                uint32_t k = at + i;
                uint8_t b = 0;
                if (k < 2)
                    b = (uint8_t)((size + 2) >> (k == 0 ? 8 : 0));
                else if (k < size + 2)
                    b = message[k - 2];
                else if (k < total)
                    b = (uint8_t)(k == size + 2 ? crc >> 8 : crc);
                group = group << 8 | b;
            }
            line[used++] = (uint8_t)ALPHABET[group >> 18];
            line[used++] = (uint8_t)ALPHABET[group >> 12 & 63];
            line[used++] = taken > 1 ? (uint8_t)ALPHABET[group >> 6 & 63] : '=';
            line[used++] = taken > 2 ? (uint8_t)ALPHABET[group & 63] : '=';
            at += taken;
        }
        line[used++] = '\n';
        send(context, line, used);
    }
}
