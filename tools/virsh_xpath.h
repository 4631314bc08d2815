/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Picks parts of an XML document by an XPath expression. It prints nothing and knows no network. Called by
 * net-dumpxml and net-desc.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The nodes of `xml` that `xpath` selects, as text, each ended by a line break; with `wrap` one document whose root
 * <nodes> holds them. NULL and `error` when `xml` cannot be parsed or `xpath` does not select nodes. */
char *virshXPathSelect(const char *xml, const char *xpath, bool wrap, GError **error);

/* The text of the first element of `xml` that `xpath` selects, "" if there is none; NULL when `xml` cannot be parsed. */
char *virshXPathText(const char *xml, const char *xpath);
