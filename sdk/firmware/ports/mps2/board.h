/* The two MPS2 boards that QEMU emulates: registers, interrupts and memory. */
#ifndef MPS2_BOARD_H
#define MPS2_BOARD_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

#if defined(BOARD_MPS2_AN386)
#define BOARD_NAME "mps2-an386"
#define PSRAM_ADDRESS 0x21000000u
#elif defined(BOARD_MPS2_AN500)
#define BOARD_NAME "mps2-an500"
#define PSRAM_ADDRESS 0x60000000u
#else
#error "define BOARD_MPS2_AN386 or BOARD_MPS2_AN500"
#endif

/* Fills the stack at reset, so that its depth can be told. */
#define STACK_PAINT 0x5AC5AC5Au

#define SYSTEM_CLOCK_HZ 25000000u

/* CMSDK APB UARTs: 0 is the link, 1 the log. */
#define UART_LINK 0x40004000u
#define UART_LOG 0x40005000u
#define UART_LINK_RX_IRQ 0

/* Core peripherals of ARMv7-M. */
#define SYSTICK_CONTROL REGISTER(0xE000E010u)
#define SYSTICK_RELOAD REGISTER(0xE000E014u)
#define SYSTICK_VALUE REGISTER(0xE000E018u)
#define NVIC_ENABLE REGISTER(0xE000E100u)
#define COPROCESSOR_ACCESS REGISTER(0xE000ED88u)
#define RESET_CONTROL REGISTER(0xE000ED0Cu)

/* The PSRAM is backed by a file that outlives QEMU. From its start: the flash area; a page that a
 * factory would write once; the microphone's ring, which the host fills like a DMA controller. */
#define FLASH_ADDRESS PSRAM_ADDRESS
#define FACTORY_ADDRESS (PSRAM_ADDRESS + 0x00400000u)
#define MICROPHONE_ADDRESS (PSRAM_ADDRESS + 0x00800000u)

#endif
