#include "uart.h"

#include "board.h"

/* CMSDK APB UART, offsets from its base. */
enum { DATA = 0, STATE = 4, CONTROL = 8, INTERRUPT = 12, BAUD_DIVIDER = 16 };
enum { STATE_TX_FULL = 1, STATE_RX_FULL = 2 };
enum { CONTROL_TX = 1, CONTROL_RX = 2, CONTROL_RX_INTERRUPT = 8 };
enum { INTERRUPT_RX = 2 };

/* A whole request in base64 fits: the host waits for the answer before it sends the next. */
enum { RING_BYTES = 4096 };

static uint8_t ring[RING_BYTES];
static volatile uint32_t received;
static volatile uint32_t taken;

void uart_receive_interrupt(void)
{
    REGISTER(UART_LINK + INTERRUPT) = INTERRUPT_RX;
    while (REGISTER(UART_LINK + STATE) & STATE_RX_FULL) {
        uint8_t byte = (uint8_t)REGISTER(UART_LINK + DATA);
        if (received - taken == RING_BYTES) continue; /* the frame's checksum tells */
        ring[received % RING_BYTES] = byte;
        received++;
    }
}

void uart_init(void)
{
    REGISTER(UART_LINK + CONTROL) = 0;
    REGISTER(UART_LINK + BAUD_DIVIDER) = SYSTEM_CLOCK_HZ / 115200;
    REGISTER(UART_LINK + CONTROL) = CONTROL_TX | CONTROL_RX | CONTROL_RX_INTERRUPT;
    REGISTER(UART_LOG + BAUD_DIVIDER) = SYSTEM_CLOCK_HZ / 115200;
    REGISTER(UART_LOG + CONTROL) = CONTROL_TX;
    NVIC_ENABLE = 1u << UART_LINK_RX_IRQ;
}

int uart_has_received(void)
{
    return received != taken;
}

int uart_receive(uint8_t *byte)
{
    if (!uart_has_received()) return 0;
    *byte = ring[taken % RING_BYTES];
    taken++;
    return 1;
}

static void send_byte(uint32_t uart, uint8_t byte)
{
    while (REGISTER(uart + STATE) & STATE_TX_FULL) {}
    REGISTER(uart + DATA) = byte;
}

void uart_send(void *context, const uint8_t *bytes, size_t size)
{
    (void)context;
    while (size-- > 0) send_byte(UART_LINK, *bytes++);
}

void uart_log(void *context, const char *line)
{
    (void)context;
    while (*line != 0) send_byte(UART_LOG, (uint8_t)*line++);
    send_byte(UART_LOG, '\n');
}
