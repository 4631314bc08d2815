/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * virsh: a shell over the public API of libvirt's virtual networks, for people and scripts. It takes commands from its
 * arguments, or line by line from its standard input. This file reads virsh's own options and gives the exit status; commands are
 * run by virsh_run.c, and what they do is in the other files.
 */
#include "virsh_connect.h"
#include "virsh_network.h"
#include "virsh_run.h"
#include "virsh_self.h"
#include "virsh_shell.h"

#include "config.h"

#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const virshGroup groups[] = {
    { .name = N_("Host and Hypervisor"), .keyword = "host", .commands = virshHostCommands },
    { .name = N_("Networking"), .keyword = "network", .commands = virshNetworkCommands },
    { .name = N_("Virsh itself"), .keyword = "virsh", .commands = virshSelfCommands },
    { 0 },
};

typedef enum {
    GO_ON,
    END_WELL,
    END_BADLY,
} optionOutcome;

/* virsh's own options -------------------------------------------------------------------------------------------- */

static optionOutcome setUri(virshControl *ctl, const char *value)
{
    g_free(ctl->uri);
    ctl->uri = g_strdup(value);
    return GO_ON;
}

static optionOutcome setQuiet(virshControl *ctl, const char *value)
{
    (void)value;
    ctl->quiet = true;
    return GO_ON;
}

static optionOutcome setReadonly(virshControl *ctl, const char *value)
{
    (void)value;
    ctl->readonly = true;
    return GO_ON;
}

static optionOutcome setTiming(virshControl *ctl, const char *value)
{
    (void)value;
    ctl->timing = true;
    return GO_ON;
}

static optionOutcome setDebug(virshControl *ctl, const char *value)
{
    int level;

    if (virshParseInt(value, &level) < 0) {
        virshError(ctl, "%s", _("option -d takes a numeric argument"));
        return END_BADLY;
    }
    if (level < VIRSH_LOG_DEBUG || level > VIRSH_LOG_ERROR)
        virshError(ctl, _("ignoring debug level %d out of range [%d-%d]"), level, VIRSH_LOG_DEBUG, VIRSH_LOG_ERROR);
    else
        ctl->log_level = level;
    return GO_ON;
}

/* There is no console to leave here; scripts may pass it all the same. */
static optionOutcome checkEscape(virshControl *ctl, const char *value)
{
    size_t length = strlen(value);

    if ((length == 1 && value[0] != '^') || (length == 2 && value[0] == '^'))
        return GO_ON;
    virshError(ctl, _("Invalid string '%s' for escape sequence"), value);
    return END_BADLY;
}

static optionOutcome setKeepalive(virshControl *ctl, char name, const char *value, int *ret)
{
    int number;

    if (virshParseInt(value, &number) < 0) {
        virshError(ctl, _("Invalid value for option -%c"), name);
        return END_BADLY;
    }
    if (number < 0) {
        virshError(ctl, _("option -%c requires a positive integer argument"), name);
        return END_BADLY;
    }
    *ret = number;
    ctl->keepalive_asked = true;
    return GO_ON;
}

static optionOutcome setKeepaliveInterval(virshControl *ctl, const char *value)
{
    return setKeepalive(ctl, 'k', value, &ctl->keepalive_interval);
}

static optionOutcome setKeepaliveCount(virshControl *ctl, const char *value)
{
    return setKeepalive(ctl, 'K', value, &ctl->keepalive_count);
}

static optionOutcome setLog(virshControl *ctl, const char *value)
{
    if (virshLogOpen(ctl, value) == 0)
        return GO_ON;
    virshError(ctl, "%s", _("failed to open the log file. check the log file path"));
    return END_BADLY;
}

static optionOutcome showShortVersion(virshControl *ctl, const char *value)
{
    (void)value;
    virshPrint(ctl, "%d.%d.%d\n", LIBVIR_VERSION_NUMBER / 1000000, LIBVIR_VERSION_NUMBER / 1000 % 1000,
               LIBVIR_VERSION_NUMBER % 1000);
    return END_WELL;
}

static optionOutcome showLongVersion(virshControl *ctl, const char *value)
{
    (void)value;
    virshPrint(ctl, _("Virsh command line tool of libvirt %d.%d.%d\n"), LIBVIR_VERSION_NUMBER / 1000000,
               LIBVIR_VERSION_NUMBER / 1000 % 1000, LIBVIR_VERSION_NUMBER % 1000);
    virshPrint(ctl, _("That is the level of the API; the program is libvirt-networks %s.\n"), VIR_PROJECT_VERSION);
    virshPrint(ctl, "%s", _("It has the commands for virtual networks; see virsh --help.\n"));
    return END_WELL;
}

static optionOutcome showVersion(virshControl *ctl, const char *value)
{
    return value && strcmp(value, "long") == 0 ? showLongVersion(ctl, value) : showShortVersion(ctl, value);
}

typedef struct {
    char letter;           /* 0: none */
    const char *name;      /* NULL: none */
    int argument;          /* as in struct option */
    const char *value;     /* how the help shows the argument */
    optionOutcome (*apply)(virshControl *ctl, const char *value); /* NULL: shows the help */
    const char *help;
} programOption;

static const programOption programOptions[] = {
    { 'c', "connect", required_argument, "=URI", setUri, N_("what to connect to") },
    { 'd', "debug", required_argument, "=NUM", setDebug, N_("how much to tell of the work: 0 (all) to 4 (errors)") },
    { 'e', "escape", required_argument, " <char>", checkEscape, N_("taken and not used: there is no console") },
    { 'h', "help", no_argument, "", NULL, N_("show this") },
    { 'k', "keepalive-interval", required_argument, "=NUM", setKeepaliveInterval,
      N_("seconds of silence after which the peer is asked for a sign of life; 0: never") },
    { 'K', "keepalive-count", required_argument, "=NUM", setKeepaliveCount,
      N_("how often it is asked before it counts as gone") },
    { 'l', "log", required_argument, "=FILE", setLog, N_("append errors to a file as well") },
    { 'q', "quiet", no_argument, "", setQuiet, N_("print only what was asked for") },
    { 'r', "readonly", no_argument, "", setReadonly, N_("allow no changes") },
    { 't', "timing", no_argument, "", setTiming, N_("show how long each command took") },
    { 'v', NULL, no_argument, "", showShortVersion, N_("show the version of the API") },
    { 'V', NULL, no_argument, "", showLongVersion, N_("show all versions") },
    { 0, "version", optional_argument, "[=TYPE]", showVersion, N_("the same; TYPE is short (as -v) or long (as -V)") },
};

static void printProgramOption(virshControl *ctl, const programOption *option)
{
    g_autofree char *left = NULL;

    if (option->letter && option->name)
        left = g_strdup_printf("-%c | --%s%s", option->letter, option->name, option->value);
    else if (option->letter)
        left = g_strdup_printf("-%c", option->letter);
    else
        left = g_strdup_printf("     --%s%s", option->name, option->value);
    if (strlen(left) < 24)
        virshPrint(ctl, "    %-23s %s\n", left, _(option->help));
    else
        virshPrint(ctl, "    %s\n%28s%s\n", left, "", _(option->help));
}

static optionOutcome showUsage(virshControl *ctl)
{
    g_autoptr(GString) text = g_string_new(NULL);

    virshPrint(ctl, "%s", _("\nvirsh [options]... [<command_string>]\n"
                            "virsh [options]... <command> [args...]\n\n  options:\n"));
    for (size_t i = 0; i < G_N_ELEMENTS(programOptions); i++)
        printProgramOption(ctl, &programOptions[i]);
    virshPrint(ctl, "%s", _("  commands (non interactive mode):\n\n"));
    for (const virshGroup *group = groups; group->name; group++) {
        virshHelpFormatGroup(text, group, "");
        g_string_append(text, "\n");
    }
    virshPrint(ctl, "%s%s", text->str, _("\n  (virsh help <group> lists the commands of a group)\n"
                                         "\n  (virsh help <command> explains a command)\n\n"));
    return END_WELL;
}

/* The table as getopt wants it. Long options without a letter get a number beyond all letters. */
#define LONG_ONLY 256

static void fillGetopt(struct option *longs, GString *shorts)
{
    size_t n = 0;

    g_string_append(shorts, "+:");
    for (size_t i = 0; i < G_N_ELEMENTS(programOptions); i++) {
        const programOption *row = &programOptions[i];

        if (row->letter)
            g_string_append_printf(shorts, "%c%s", row->letter, row->argument == required_argument ? ":" : "");
        if (row->name)
            longs[n++] = (struct option) { row->name, row->argument, NULL, row->letter ? row->letter : LONG_ONLY };
    }
}

static const programOption *findProgramOption(int code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(programOptions); i++) {
        if (programOptions[i].letter == (code == LONG_ONLY ? 0 : code))
            return &programOptions[i];
    }
    return NULL;
}

static optionOutcome refuseOption(virshControl *ctl, int code, char *const *argv)
{
    const programOption *row = findProgramOption(optopt);

    if (code == ':' && row)
        virshError(ctl, _("option '-%c'/'--%s' requires an argument"), row->letter, row->name);
    else if (optopt && optopt != LONG_ONLY)
        virshError(ctl, _("unsupported option '-%c'. See --help."), optopt);
    else
        virshError(ctl, _("unsupported option '%s'. See --help."), argv[optind - 1]);
    return END_BADLY;
}

static optionOutcome readOptions(virshControl *ctl, int argc, char **argv)
{
    struct option longs[G_N_ELEMENTS(programOptions) + 1] = { 0 };
    g_autoptr(GString) shorts = g_string_new(NULL);
    optionOutcome outcome = GO_ON;
    int code;

    fillGetopt(longs, shorts);
    while (outcome == GO_ON && (code = getopt_long(argc, argv, shorts->str, longs, NULL)) != -1) {
        const programOption *row = code == '?' || code == ':' ? NULL : findProgramOption(code);

        if (!row)
            outcome = refuseOption(ctl, code, argv);
        else
            outcome = row->apply ? row->apply(ctl, optarg) : showUsage(ctl);
    }
    return outcome;
}

static void readEnvironment(virshControl *ctl)
{
    const char *uri = g_getenv("VIRSH_DEFAULT_CONNECT_URI");
    const char *level = g_getenv("VIRSH_DEBUG");
    const char *log = g_getenv("VIRSH_LOG_FILE");

    if (uri && *uri)
        ctl->uri = g_strdup(uri);
    if (level && (virshParseInt(level, &ctl->log_level) < 0 || ctl->log_level < VIRSH_LOG_DEBUG ||
                  ctl->log_level > VIRSH_LOG_ERROR)) {
        ctl->log_level = VIRSH_LOG_ERROR;
        virshError(ctl, "%s", _("VIRSH_DEBUG not set with a valid numeric value"));
    }
    if (log && *log && virshLogOpen(ctl, log) < 0)
        virshError(ctl, _("cannot open the log file '%s' that VIRSH_LOG_FILE names"), log);
}

/* The work -------------------------------------------------------------------------------------------------------- */

/* Without words the commands come from standard input, and that one of them fails is no failure of virsh. */
static int run(virshControl *ctl, char *const *words)
{
    g_autoptr(GPtrArray) commands = NULL;
    int ret = 0;

    if (words[0] && !words[0][0] && !words[1]) /* a script's variable was empty: nothing to do, but not what it wanted */
        return -1;
    if (words[0] && !(commands = virshRunParse(ctl, words)))
        return -1;
    virshConnectInit(ctl);
    /* A connection that was asked for by name must work, even if no command needs it. */
    if (ctl->uri)
        ret = virshConnectEnsure(ctl);
    if (ret < 0)
        virshReportFailure(ctl);
    else if (commands)
        ret = virshRunAll(ctl, commands);
    else
        virshShellRun(ctl);
    virshConnectEnd(ctl);
    return ret;
}

int main(int argc, char **argv)
{
    virshControl ctl = {
        .groups = groups, .log_level = VIRSH_LOG_ERROR, .log_fd = -1, .keepalive_interval = 5, .keepalive_count = 6,
    };
    optionOutcome outcome;
    bool well;

    (void)setlocale(LC_ALL, ""); /* without the locale it is the C locale, which works */
    readEnvironment(&ctl);
    outcome = readOptions(&ctl, argc, argv);
    well = outcome == GO_ON ? run(&ctl, argv + optind) == 0 : outcome == END_WELL;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        virshError(&ctl, "%s", _("not all of the output could be written"));
        well = false;
    }
    if (ctl.log_fd >= 0)
        (void)close(ctl.log_fd);
    g_free(ctl.uri);
    return well ? EXIT_SUCCESS : EXIT_FAILURE;
}
