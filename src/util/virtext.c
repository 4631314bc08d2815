/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virtext.c: messages in the language of the program's user
 *
 * The catalogue has a domain of its own, so that it and those of libvirt's packages lie side by side. Which language it is, is
 * the C library's business (setlocale, LANGUAGE). virerror.c calls it, and who
 * prints texts of his own.
 */
#include "virtext.h"

#include <libintl.h>
#include <stdlib.h>

#include "config.h"

static const char *bindDomain(void)
{
    /* For a build that is not installed; not obeyed in programs with more rights than their user has. */
    const char *dir = secure_getenv("VIRNETWORK_LOCALEDIR");

    bindtextdomain(VIR_TEXT_DOMAIN, dir ? dir : VIR_LOCALE_DIR);
    return VIR_TEXT_DOMAIN;
}

const char *virText(const char *text)
{
    static const char *domain;

    if (g_once_init_enter(&domain))
        g_once_init_leave(&domain, bindDomain());
    /* The empty text stands for the catalogue's head. */
    return *text ? dgettext(domain, text) : text;
}
