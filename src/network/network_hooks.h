/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_hooks.h: scripts of the administrator that are told what happens to networks
 *
 * Which scripts there are is looked up at each call, so that one that is put there or taken away counts at once. What a
 * script's failure means is the caller's: it refuses what is begun, and cannot refuse what is done. Called by changes, with
 * the change lock and no other lock held: the network's next change waits for the scripts, and nobody else does.
 */
#pragma once

#include "network_obj.h"
#include "network_store.h"

typedef enum {
    VIR_NETWORK_HOOK_START,             /* before anything is touched */
    VIR_NETWORK_HOOK_STARTED,           /* all is up */
    VIR_NETWORK_HOOK_STOPPED,           /* all is down */
    VIR_NETWORK_HOOK_UPDATED,
    VIR_NETWORK_HOOK_PORT_CREATED,
    VIR_NETWORK_HOOK_PORT_DELETED,
    VIR_NETWORK_HOOK_LAST
} virNetworkHookOperation;

/* Where the scripts are, and what ends them. Thread-safe. */
typedef struct _virNetworkHooks virNetworkHooks;

/* @dir: .../etc/libvirt/hooks, which need not exist; NULL: there are no scripts. */
virNetworkHooks *virNetworkHooksNew(const char *dir);
void virNetworkHooksFree(virNetworkHooks *hooks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkHooks, virNetworkHooksFree)

/* The daemon ends: scripts that run, and those still to come, have two seconds each. From any thread; does not wait. */
void virNetworkHooksStop(virNetworkHooks *hooks);

typedef struct {
    virNetworkHookOperation operation;
    const virNetworkDef *def;       /* what the network is, will be or was while active; else the stored definition */
    const virNetworkUse *use;       /* connections to be told with it; NULL: none */
    const char *port_xml;           /* its <networkport>, indented by two, with a newline at its end; NULL: none */
} virNetworkHookCall;

/**
 * virNetworkHookRun:
 * @store: where it is noted that a script ran, if that is news of an active network
 * @obj: whose change lock is held
 *
 * Runs the scripts, one after the other, and waits. The first that fails is the last where failing refuses the operation; of
 * the others the failures are logged, and all are run.
 *
 * Returns 0, or -1 with VIR_ERR_HOOK_SCRIPT_FAILED if the operation is refused.
 */
int virNetworkHookRun(virNetworkHooks *hooks, virNetworkStore *store, virNetworkObj *obj, const virNetworkHookCall *call,
                      GError **err);
