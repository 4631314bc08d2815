/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The tables that describe virsh's commands, and one parsed command line. Nothing here prints or connects, so that
 * the parser and the help texts can be tested alone. The tables are read by virsh_parse.c, the help and virsh.c;
 * the files virsh_network.c, virsh_connect.c and virsh_self.c each provide one group.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "virtext.h"

/* The text in the language of the user. In tables: virsh_mark.h. */
#define _(text) virText(text)

typedef struct _virshControl virshControl;
typedef struct _virshCommand virshCommand;

typedef enum {
    VIRSH_OPTION_BOOL,   /* --name */
    VIRSH_OPTION_DATA,   /* required; its value may stand without --name */
    VIRSH_OPTION_STRING, /* optional; its value may stand without --name */
    VIRSH_OPTION_NUMBER, /* the same, an integer */
    VIRSH_OPTION_NAMED,  /* an optional string that is given with --name only */
    VIRSH_OPTION_WORDS,  /* all words that no other option takes */
    VIRSH_OPTION_TEXT,   /* the same, and --name may stand before the first of them */
} virshOptionType;

/* Appends values (strings) that an option of `cmd`, which holds what was given before, could have. Those that do not
 * begin with `prefix` may be among them. Prints nothing, and no values are an answer. */
typedef void (*virshCompleter)(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);

/* A row without a name ends a table of options. */
typedef struct {
    const char *name;
    virshOptionType type;
    const char *help;
    virshCompleter complete; /* NULL: its values cannot be known */
} virshOption;

typedef enum {
    VIRSH_COMMAND_OFFLINE = 1 << 0, /* needs no connection */
    VIRSH_COMMAND_LENIENT = 1 << 1, /* words and options too many are passed over */
    VIRSH_COMMAND_QUIT = 1 << 2,    /* nothing runs after it, and no blank line follows it */
    VIRSH_COMMAND_HIDDEN = 1 << 3,  /* for programs: neither listed nor offered */
} virshCommandFlags;

/* A row without a name ends a table of commands. `run` prints its own errors and returns 0 or -1. */
typedef struct {
    const char *name;
    int (*run)(virshControl *ctl, const virshCommand *cmd);
    const virshOption *options;
    const char *help;
    const char *description;
    unsigned int flags;
} virshCommandDef;

/* A row without a name ends the table of groups. */
typedef struct {
    const char *name;
    const char *keyword;
    const virshCommandDef *commands;
} virshGroup;

typedef struct {
    const virshOption *option;
    char *value; /* NULL for VIRSH_OPTION_BOOL */
} virshArgument;

struct _virshCommand {
    const virshCommandDef *def;
    GPtrArray *arguments; /* of virshArgument, in the order given */
    bool help;            /* --help was among them: explain instead of run */
};

virshCommand *virshCommandNew(const virshCommandDef *def);
void virshCommandFree(virshCommand *cmd);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virshCommand, virshCommandFree)

/* Appends an argument; `value` is copied and may be NULL. */
void virshCommandAdd(virshCommand *cmd, const virshOption *option, const char *value);

/* Whether the option `name` was given. */
bool virshCommandHas(const virshCommand *cmd, const char *name);

/* The value given for the option `name`; NULL when it was not given. */
const char *virshCommandValue(const virshCommand *cmd, const char *name);

/* The command's row, or NULL. */
const virshCommandDef *virshCommandFind(const virshGroup *groups, const char *name);

/* The option's row, or NULL; `--help` is an option of every command. */
const virshOption *virshOptionFind(const virshCommandDef *def, const char *name);

/* Whether `option` is the `--help` that every command has. */
bool virshOptionIsHelp(const virshOption *option);

/* The group's row by its name or its keyword, or NULL. */
const virshGroup *virshGroupFind(const virshGroup *groups, const char *name);

/* How an option's value is called in a synopsis: "string" or "number". */
const char *virshOptionValueName(const virshOption *option);

/* Writes the page that explains one command. */
void virshHelpFormatCommand(GString *out, const virshCommandDef *def);

/* Writes one line for each command of the group; `mark` ends the heading. */
void virshHelpFormatGroup(GString *out, const virshGroup *group, const char *mark);
