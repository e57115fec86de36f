/* The link's UART, received by interrupt into a ring, and the log's, which only sends. */
#ifndef MPS2_UART_H
#define MPS2_UART_H

#include <stddef.h>
#include <stdint.h>

void uart_init(void);

/** Takes the oldest received byte. Returns 1, or 0 where none waits. */
int uart_receive(uint8_t *byte);

/** Whether a received byte waits. */
int uart_has_received(void);

/** Sends bytes to the host; `context` is not used. */
void uart_send(void *context, const uint8_t *bytes, size_t size);

/** Writes a line to the log. */
void uart_log(void *context, const char *line);

#endif
