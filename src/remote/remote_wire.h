/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_wire.h: values of the project to and from those of the wire
 *
 * Wire values made here are freed by xdr_free() with their XDR function.
 */
#pragma once

#include "driver.h"
#include "remote_protocol.h"

/* What an optional string holds; borrowed, NULL if it is absent. */
const char *virRemoteWireGetOptional(const wire_opt_string text);

/**
 * virRemoteWireTakeString:
 * @text: taken over
 *
 * Puts @text into *@ret_text, for results of any length. Returns 0, or -1 with VIR_ERR_RPC if it is over the limit of
 * strings on the wire: such a one must not get into a wire value, since xdr_free() would not free it.
 */
int virRemoteWireTakeString(char *text, wire_string *ret_text, GError **err);

void virRemoteWireNetwork(const virNetworkIdent *ident, wire_network *ret_net);

/* The name is borrowed from @net: for handing to a driver only. */
virNetworkIdent virRemoteWireBorrowIdent(const wire_network *net);

/* The other way: the name is borrowed from @ident. */
wire_network virRemoteWireBorrowNetwork(const virNetworkIdent *ident);

/* The arguments of an update, in both directions; texts are borrowed. */
virNetworkUpdateRequest virRemoteWireBorrowUpdate(const wire_update_args *args);
wire_update_args virRemoteWireUpdateArgs(const virNetworkIdent *net, const virNetworkUpdateRequest *req);

/* The same three for ports. */
void virRemoteWirePort(const virNetworkPortIdent *ident, wire_port *ret_port);
virNetworkPortIdent virRemoteWireBorrowPortIdent(const wire_port *port);
wire_port virRemoteWireBorrowPort(const virNetworkPortIdent *ident);

/* An array as long as @params, of virTypedParameter. */
wire_param *virRemoteWireParams(const GArray *params);
void virRemoteWireFreeParams(wire_param *params, guint n_params);

/* Appends to @ret_params, an array of virDriverParamsNew. Returns 0, or -1 with VIR_ERR_RPC for a name that is too long. */
int virRemoteWireGetParams(const wire_param *params, guint n_params, GArray *ret_params, GError **err);

void virRemoteWireLease(const virDriverLease *lease, wire_lease *ret_lease);
virDriverLease *virRemoteWireGetLease(const wire_lease *lease);

/* @err may be any error; one that is not VIR_ERROR becomes an internal error. */
void virRemoteWireError(const GError *err, wire_error *ret_error);

/**
 * virRemoteWireRaise:
 *
 * Raises the error that a server sent. "unknown procedure" becomes VIR_ERR_NO_SUPPORT, for callers that try newer
 * functions first. Returns -1.
 */
int virRemoteWireRaise(const wire_error *error, GError **err);
