/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_virlog.c: what reaches stderr, and in what form
 *
 * Each case runs in a process of its own, whose stderr is compared. The journal is not tested: it needs one. Run by
 * meson.
 */
#include "virlog.h"

/* In pieces: a question mark twice and a dash would be a trigraph. */
#define TIME "????" "-" "??" "-" "?? ??:??:??.???+0000: "

/* Runs @log in a process of its own, with LIBVIRT_DEBUG as @level, and compares its stderr with @pattern. */
static void compare(void (*log)(void), const char *level, const char *pattern)
{
    if (g_test_subprocess()) {
        if (level)
            g_setenv("LIBVIRT_DEBUG", level, TRUE);
        else
            g_unsetenv("LIBVIRT_DEBUG");
        log();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr(pattern);
}

static void logAll(void)
{
    VIR_DEBUG("a %d", 1);
    VIR_INFO("b %s", "two");
    VIR_WARN("c");
    VIR_ERROR_LOG("d");
}

static void logAboveInfo(void)
{
    virLogSetLevel(VIR_LOG_ERROR);
    logAll();
}

static void logLines(void)
{
    VIR_WARN("one\ntwo\tthree\033[31m\n");
}

static void defaultIsWarning(void)
{
    compare(logAll, NULL, TIME "warning: c\n" TIME "error: d\n");
}

static void levelByNumber(void)
{
    compare(logAll, "1", TIME "debug: a 1\n" TIME "info: b two\n" TIME "warning: c\n" TIME "error: d\n");
}

static void levelByName(void)
{
    compare(logAll, "Info", TIME "info: b two\n" TIME "warning: c\n" TIME "error: d\n");
}

static void unknownLevelIsDefault(void)
{
    compare(logAll, "9", TIME "warning: c\n" TIME "error: d\n");
}

static void setLevelBeatsEnvironment(void)
{
    compare(logAboveInfo, "1", TIME "error: d\n");
}

static void messageIsOneLine(void)
{
    compare(logLines, NULL, TIME "warning: one two three [31m\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/virlog/level/default-is-warning", defaultIsWarning);
    g_test_add_func("/virlog/level/by-number", levelByNumber);
    g_test_add_func("/virlog/level/by-name", levelByName);
    g_test_add_func("/virlog/level/unknown-is-the-default", unknownLevelIsDefault);
    g_test_add_func("/virlog/level/set-one-beats-environment", setLevelBeatsEnvironment);
    g_test_add_func("/virlog/message-is-one-line", messageIsOneLine);
    return g_test_run();
}
