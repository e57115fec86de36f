/* The second opinion on wake words that fired: heads on the ear. As allears/verifier.py. */
#ifndef ALLEARS_VERIFIER_H
#define ALLEARS_VERIFIER_H

#include "listener.h"

/** Of the words with a total, let the verifiers there are judge the last ALLEARS_VERIFIED_MS. Their
 *  margins [waking.count] become the verifiers', of total 0 where the word was not said. The ear takes
 *  a step for every 40 ms of them, at once; its state and the heads' are lost. */
void ae_verify(allears_listener *listener, ae_margin *margins);

#endif
