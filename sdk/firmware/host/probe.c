/* Only in the shared library: what tests of single stages need to know. */
#include "frontend.h"
#include "vad.h"

uint32_t ae_frontend_bytes(void);
uint32_t ae_vad_bytes(void);

uint32_t ae_frontend_bytes(void)
{
    return sizeof(ae_frontend);
}

uint32_t ae_vad_bytes(void)
{
    return sizeof(ae_vad);
}
