/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Lets the user change an XML document in an editor and puts it back where it came from. What the document describes
 * is no matter here: the caller brings two functions. Called by net-edit.
 */
#pragma once

#include "virsh_util.h"

/* `fetch` gives the document as it stands now, or NULL; `store` replaces it. When they fail the library has said why.
 * `opaque` is passed on to both. */
typedef struct {
    char *(*fetch)(void *opaque);
    int (*store)(const char *xml, void *opaque);
    void *opaque;
} virshEdit;

typedef enum {
    VIRSH_EDIT_FAILED = -1,
    VIRSH_EDIT_UNCHANGED = 0,
    VIRSH_EDIT_STORED = 1,
} virshEditResult;

/* Runs the editor ($VISUAL, $EDITOR, sensible-editor, vi) on a copy of the document, and stores the outcome if it
 * differs. When it cannot be stored, or somebody else has changed the document meanwhile, the user is asked what to
 * do; without a terminal to ask on, that is a failure and nothing is stored. */
virshEditResult virshEditRun(virshControl *ctl, const virshEdit *edit);
