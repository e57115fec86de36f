/* From reset to main(): memory, the floating-point unit's access rights, interrupt vectors. */
#include <stdint.h>

#include "board.h"

extern uint32_t _stack_bottom[];
extern uint32_t _data_source, _data_start, _data_end, _bss_start, _bss_end;
void _stack_top(void); /* the linker's address, not a function */

enum { STACK_FRAME_WORDS = 16 };

int main(void);
void uart_receive_interrupt(void);
void systick_interrupt(void);

void reset_handler(void)
{
    COPROCESSOR_ACCESS |= 0xFu << 20; /* compilers keep integers in FPU registers too */
    __asm volatile("dsb\n isb");
    for (uint32_t *from = &_data_source, *to = &_data_start; to < &_data_end;) *to++ = *from++;
    for (uint32_t *to = &_bss_start; to < &_bss_end;) *to++ = 0;
    /* Nothing lies on the stack but this function's own frame. */
    uint32_t *here = (uint32_t *)__builtin_frame_address(0);
    for (uint32_t *to = _stack_bottom; to < here - STACK_FRAME_WORDS; to++) *to = STACK_PAINT;
    main();
    for (;;) {}
}

/* A fault is a fault of ours: start over, as the watchdog of a real board would. */
static void fault_handler(void)
{
    RESET_CONTROL = 0x05FA0004u;
    for (;;) {}
}

typedef void (*handler)(void);

__attribute__((section(".vectors"), used)) static const handler VECTORS[16 + 32] = {
    [0] = _stack_top,
    [1] = reset_handler,
    [2] = fault_handler,
    [3] = fault_handler,
    [4] = fault_handler,
    [5] = fault_handler,
    [6] = fault_handler,
    [11] = fault_handler,
    [14] = fault_handler,
    [15] = systick_interrupt,
    [16 + UART_LINK_RX_IRQ] = uart_receive_interrupt,
};
