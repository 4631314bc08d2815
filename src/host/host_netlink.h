/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_netlink.h: one request to the kernel's routing netlink, and its answers
 *
 * Errors are the kernel's own errno values: libnl folds several of them into one, and clients see the difference.
 */
#pragma once

#include <glib.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "virsocketaddr.h"

typedef struct nl_msg virNetlinkMessage;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetlinkMessage, nlmsg_free)

/**
 * virNetlinkMessageNew:
 * @type: RTM_...
 * @flags: NLM_F_... beside request and acknowledgement
 * @header: the fixed part that belongs to @type
 */
virNetlinkMessage *virNetlinkMessageNew(int type, int flags, const void *header, gsize header_len);

/**
 * virNetlinkTalk:
 * @msg: the request
 * @replies: gets a copy of each message of the answer (struct nlmsghdr), or NULL
 *
 * Sends @msg and waits until the kernel has done it. A dump that was overtaken by a change is asked for again.
 * Returns 0 or an errno value.
 */
int virNetlinkTalk(virNetlinkMessage *msg, GPtrArray *replies);

/* The address of @family that @attr holds. FALSE, and *@ret_addr untouched, if @attr is NULL or holds none. */
gboolean virNetlinkGetAddress(struct nlattr *attr, int family, virSocketAddr *ret_addr);

/* Adds @addr to @msg as attribute @type. */
void virNetlinkPutAddress(virNetlinkMessage *msg, int type, const virSocketAddr *addr);
