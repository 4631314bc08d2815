/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_hold.h: DNS queries kept while dnsmasq is replaced
 *
 * Two dnsmasq cannot serve one address at once, so between the end of the old and the beginning of the new one a query
 * would meet a closed port. In that time they are held:
 *
 *     virHostHoldBegin    the old one still runs; from now on new queries wait with us
 *     ...                 the old one is stopped, the new one started
 *     virHostHoldAnswer   asks the new one and passes its answers on
 *
 * UDP only: a TCP connection is refused in that time, and its client tries again. Nothing here fails: what cannot be
 * held is lost, as it would have been without.
 */
#pragma once

#include <glib.h>

typedef struct _virHostHold virHostHold;

/**
 * virHostHoldBegin:
 * @addrs: virPlanAddr; those on which dnsmasq answers
 * @bridge: where guests ask
 *
 * Returns when the running dnsmasq has taken all queries that came before. Waits for a few milliseconds, on a busy machine for
 * some hundred.
 */
virHostHold *virHostHoldBegin(const GPtrArray *addrs, const char *bridge);

/*
 * Has the held queries answered by the dnsmasq that runs now, and frees @hold. Returns when it has answered what it knows
 * itself; what it has to ask elsewhere is passed on by a thread that ends after a few seconds, and dropped after that.
 */
void virHostHoldAnswer(virHostHold *hold);

void virHostHoldFree(virHostHold *hold);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virHostHold, virHostHoldFree)
