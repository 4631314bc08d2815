/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt.c: public functions for the library itself and for connections
 *
 * Chooses the driver that opens a URI, and asks it what programs want to know about the connection. Which URI is meant
 * when a program gives none is connect_uri.c's matter; networks have a file of their own.
 */
#include "config.h"

#include <libxml/parser.h>

#include "connect_uri.h"
#include "libvirt_call.h"
#include "libvirt_event.h"
#include "remote_driver.h"
#include "test_driver.h"
#include "virerror.h"

/* Asked in this order; the first that does not say the URI is another's has it. */
static const virDriver *const drivers[] = { &virTestDriver, &virRemoteDriver };

/* --- The library ------------------------------------------------------------------------------------------------ */

int virInitialize(void)
{
    /* libxml2 wants it once before threads parse; it does nothing when called again. */
    xmlInitParser();
    return 0;
}

int virGetVersion(unsigned long *libVer, const char *type G_GNUC_UNUSED, unsigned long *typeVer)
{
    virCall call = VIR_CALL(VIR_FROM_NONE);

    if (!virCallNotNull(&call, libVer, "libVer"))
        return virCallEnd(&call, -1);
    *libVer = VIR_API_VERSION;
    if (typeVer)
        *typeVer = VIR_API_VERSION;
    return virCallEnd(&call, 0);
}

/* --- Open and close --------------------------------------------------------------------------------------------- */

static virConnectPtr openWith(const virDriver *driver, const virDriverOpenRequest *req, GError **err)
{
    virConnectParts parts = { .driver = driver, .readonly = req->readonly, .events = virConnectEventsNew(req->loop) };
    g_autoptr(virDriverSink) sink = virConnectEventsNewSink(parts.events);
    virDriverOpenRequest with_sink = *req;

    with_sink.sink = sink;
    if (driver->connectOpen(&with_sink, &parts.data, err) == 0)
        return virDatatypesNewConnect(&parts);
    virConnectEventsFree(parts.events);
    return NULL;
}

static virConnectPtr openFirst(const virDriverOpenRequest *req, GError **err)
{
    g_autoptr(GError) failure = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(drivers); i++) {
        virConnectPtr conn;

        g_clear_error(&failure);
        conn = openWith(drivers[i], req, &failure);
        if (conn)
            return conn;
        if (!g_error_matches(failure, VIR_ERROR, VIR_ERR_NO_CONNECT))
            break;
    }
    g_propagate_error(err, g_steal_pointer(&failure));
    return NULL;
}

static gboolean flagsAreKnown(virCall *call, unsigned int flags)
{
    unsigned int extra = flags & ~(unsigned int)(VIR_CONNECT_RO | VIR_CONNECT_NO_ALIASES);

    if (!extra)
        return TRUE;
    virErrorSetArg(&call->err, call->domain, call->function, "flags", "unsupported flags (0x%x) in function %s", extra,
                   call->function);
    return FALSE;
}

static virConnectPtr openConnection(virCall *call, const char *name, unsigned int flags)
{
    g_autofree char *uri = NULL;
    virDriverOpenRequest req = { .readonly = (flags & VIR_CONNECT_RO) != 0, .flags = flags, .loop = virEventLoopGet() };
    virConnectPtr conn = NULL;

    (void)virInitialize();      /* cannot fail */
    if (flagsAreKnown(call, flags) && virConnectURIFind(name, flags, &uri, &call->err) == 0) {
        req.uri = uri;
        conn = openFirst(&req, &call->err);
    }
    return virCallEndPointer(call, conn);
}

virConnectPtr virConnectOpen(const char *name)
{
    virCall call = VIR_CALL(VIR_FROM_NONE);

    return openConnection(&call, name, 0);
}

virConnectPtr virConnectOpenReadOnly(const char *name)
{
    virCall call = VIR_CALL(VIR_FROM_NONE);

    return openConnection(&call, name, VIR_CONNECT_RO);
}

virConnectPtr virConnectOpenAuth(const char *name, virConnectAuthPtr auth G_GNUC_UNUSED, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NONE);

    /* No driver asks for credentials yet: a server that wants some is refused with a message by the driver. */
    return openConnection(&call, name, flags);
}

int virConnectRef(virConnectPtr conn)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);

    if (!virCallConnect(&call, conn))
        return virCallEnd(&call, -1);
    g_atomic_int_inc(&conn->refs);
    return virCallEnd(&call, 0);
}

int virConnectClose(virConnectPtr conn)
{
    virCall call = VIR_CALL(VIR_FROM_NONE);

    if (!virCallConnect(&call, conn))
        return virCallEnd(&call, -1);
    return virDatatypesUnrefConnect(conn) ? 1 : 0;
}

/* --- Questions -------------------------------------------------------------------------------------------------- */

const char *virConnectGetType(virConnectPtr conn)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);
    const char *type = NULL;

    if (virCallConnect(&call, conn) && virCallSupported(&call, call.driver->connectGetType != NULL))
        (void)call.driver->connectGetType(call.data, &type, &call.err);
    (void)virCallEnd(&call, type ? 0 : -1);
    return type;
}

int virConnectGetVersion(virConnectPtr conn, unsigned long *hvVer)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);
    int result = -1;

    if (virCallConnect(&call, conn) && virCallNotNull(&call, hvVer, "hvVer") &&
        virCallSupported(&call, call.driver->connectGetVersion != NULL))
        result = call.driver->connectGetVersion(call.data, hvVer, &call.err);
    return virCallEnd(&call, result);
}

int virConnectGetLibVersion(virConnectPtr conn, unsigned long *libVer)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);
    int result = -1;

    if (virCallConnect(&call, conn) && virCallNotNull(&call, libVer, "libVer") &&
        virCallSupported(&call, call.driver->connectGetLibVersion != NULL))
        result = call.driver->connectGetLibVersion(call.data, libVer, &call.err);
    return virCallEnd(&call, result);
}

char *virConnectGetHostname(virConnectPtr conn)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);
    char *hostname = NULL;

    if (virCallConnect(&call, conn) && virCallSupported(&call, call.driver->connectGetHostname != NULL))
        (void)call.driver->connectGetHostname(call.data, &hostname, &call.err);
    return virCallEndPointer(&call, hostname);
}

char *virConnectGetURI(virConnectPtr conn)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);
    char *uri = NULL;

    if (virCallConnect(&call, conn) && virCallSupported(&call, call.driver->connectGetURI != NULL))
        (void)call.driver->connectGetURI(call.data, &uri, &call.err);
    return virCallEndPointer(&call, uri);
}

/* Asks @ask, which the connection's driver may lack, for 0 or 1. */
static int answerYesNo(virCall *call, int (*ask)(void *conn, int *ret, GError **err))
{
    int answer = -1;

    if (!virCallSupported(call, ask != NULL) || ask(call->data, &answer, &call->err) < 0)
        answer = -1;
    return virCallEnd(call, answer);
}

int virConnectIsAlive(virConnectPtr conn)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);

    if (!virCallConnect(&call, conn))
        return virCallEnd(&call, -1);
    return answerYesNo(&call, call.driver->connectIsAlive);
}

int virConnectIsEncrypted(virConnectPtr conn)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);

    if (!virCallConnect(&call, conn))
        return virCallEnd(&call, -1);
    return answerYesNo(&call, call.driver->connectIsEncrypted);
}

int virConnectIsSecure(virConnectPtr conn)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);

    if (!virCallConnect(&call, conn))
        return virCallEnd(&call, -1);
    return answerYesNo(&call, call.driver->connectIsSecure);
}
