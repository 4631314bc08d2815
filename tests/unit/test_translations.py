#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The catalogue of texts is what the sources say, each language has them all, and virsh and the daemon speak it.

    test_translations.py SOURCE_ROOT VIRSH DAEMON CATALOGUES DOMAIN ARGUMENT...

CATALOGUES is where the build puts the compiled ones, the ARGUMENTs are xgettext's. The locale that the programs need is compiled
into a temporary directory; the machine's own are not asked for. Speaks TAP; the build's test "translations" calls it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT, VIRSH, DAEMON, CATALOGUES, DOMAIN, *ARGUMENTS = sys.argv[1:]
PO = os.path.join(ROOT, "po")
REFRESH = f"run: ninja -C build {DOMAIN}-update-po; then give each empty or fuzzy text of po/ its words, and commit it too"
# Texts for tests alone, and the lookup itself.
UNLISTED = re.compile(r"/(network_fault|host_record|virtext)\.c$")
MISSING = [VIRSH, "-c", "test:///default", "net-info", "missing"]
USAGE = [DAEMON, "--nonsense"]
ENGLISH = "error: failed to get network 'missing'\nerror: Network not found: no network with matching name 'missing'\n"
GERMAN = ("Fehler: Netzwerk »missing« war nicht zu bekommen\n"
          "Fehler: Netzwerk nicht gefunden: es gibt kein Netzwerk mit dem Namen »missing«\n")
ENGLISH_USAGE = "virtnetworkd: unknown option: --nonsense\nTry 'virtnetworkd --help'.\n"
GERMAN_USAGE = "virtnetworkd: unbekannte Option: --nonsense\nSiehe »virtnetworkd --help«.\n"


class Wrong(Exception):
    pass


class Skipped(Exception):
    pass


def run(*argv, **options):
    return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
                          timeout=50, check=False, **options)


def read(path):
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def check_equal(got, expected, what):
    if got != expected:
        raise Wrong(f"{what}\nexpected {expected!r}\ngot      {got!r}")


def texts(path):
    """The entries of a catalogue, which has no head, in no order."""
    return {text.strip("\n") for text in read(path).split("\n\n")}


def pot_is_current(directory):
    made = os.path.join(directory, "made.pot")
    done = run("xgettext", *ARGUMENTS, "--directory", ROOT, "--files-from", os.path.join(PO, "POTFILES"), "--output", made, cwd=ROOT)
    if done.returncode != 0:
        raise Wrong(done.stdout)
    kept, now = texts(os.path.join(PO, DOMAIN + ".pot")), texts(made)
    if kept != now:
        raise Wrong("\n".join([f"po/{DOMAIN}.pot is not what the sources say; {REFRESH}", *(f"new:  {text}" for text in now - kept),
                               *(f"gone: {text}" for text in kept - now)]))


def all_files_are_listed(_directory):
    functions = [word.split("=")[1].split(":")[0] for word in ARGUMENTS if word.startswith("--keyword=")]
    call = re.compile(r"\b(?:%s)\(" % "|".join(functions))
    found = set()
    for top in ("src", "tools"):
        for directory, _subdirectories, names in os.walk(os.path.join(ROOT, top)):
            for name in names:
                path = os.path.relpath(os.path.join(directory, name), ROOT)
                if name.endswith(".c") and not UNLISTED.search(path) and call.search(read(os.path.join(ROOT, path))):
                    found.add(path)
    missing = found - set(read(os.path.join(PO, "POTFILES")).split())
    if missing:
        raise Wrong(f"not in po/POTFILES: {' '.join(sorted(missing))}")


def language_is_complete(directory, language):
    """msgfmt compares the conversions of each text with those of its translation."""
    path, merged = os.path.join(PO, language + ".po"), os.path.join(directory, "merged.po")
    done = run("msgmerge", "--quiet", "--no-fuzzy-matching", "--output-file", merged, path, os.path.join(PO, DOMAIN + ".pot"))
    if done.returncode == 0:
        done = run("msgfmt", "--check-format", "--check-domain", "--statistics", "--output-file", os.devnull, merged,
                   env=dict(os.environ, LC_ALL="C"))
    if done.returncode != 0 or "untranslated" in done.stdout or "fuzzy" in done.stdout:
        missing = "".join(run("msgattrib", "--no-obsolete", which, merged).stdout for which in ("--untranslated", "--only-fuzzy"))
        raise Wrong(f"{done.stdout}{missing}{REFRESH}")


def say(argv, directory, locale):
    """What a program says that must fail."""
    env = dict(os.environ, LOCPATH=directory, LANGUAGE="de", LC_ALL=locale, VIRNETWORK_LOCALEDIR=CATALOGUES)
    done = run(*argv, env=env)
    check_equal(done.returncode, 1, "exit status")
    return done.stdout.rstrip("\n") + "\n"


def german_locale(directory, argv, expected):
    if not shutil.which("localedef"):
        raise Skipped("no localedef")
    done = run("localedef", "-i", "de_DE", "-f", "UTF-8", os.path.join(directory, "de_DE.UTF-8"))
    if not os.path.isdir(os.path.join(directory, "de_DE.UTF-8")):
        raise Skipped("no source of the locale de_DE: " + done.stdout.strip().replace("\n", " "))
    check_equal(say(argv, directory, "de_DE.UTF-8"), expected, "what it says in German")


def c_locale(directory, argv, expected):
    check_equal(say(argv, directory, "C"), expected, "what it says in the C locale, though LANGUAGE is de")


def case(number, name, function, *arguments):
    """Returns whether it passed."""
    with tempfile.TemporaryDirectory(prefix="virnet-po-") as directory:
        try:
            function(directory, *arguments)
        except Skipped as reason:
            print(f"ok {number} - translations/{name} # SKIP {reason}")
        except (Wrong, OSError, subprocess.SubprocessError) as error:
            print(f"not ok {number} - translations/{name}")
            print("\n".join("#   " + line for line in str(error).splitlines()))
            return False
        else:
            print(f"ok {number} - translations/{name}")
    return True


def main():
    languages = [line for line in read(os.path.join(PO, "LINGUAS")).split("\n") if line and not line.startswith("#")]
    cases = [("catalogue-is-what-the-sources-say", pot_is_current), ("every-file-with-texts-is-listed", all_files_are_listed),
             *((f"{language}-has-every-text-with-its-conversions", language_is_complete, language) for language in languages),
             ("virsh-in-a-german-locale-speaks-german", german_locale, MISSING, GERMAN),
             ("virsh-in-the-c-locale-speaks-english", c_locale, MISSING, ENGLISH),
             ("daemon-in-a-german-locale-speaks-german", german_locale, USAGE, GERMAN_USAGE),
             ("daemon-in-the-c-locale-speaks-english", c_locale, USAGE, ENGLISH_USAGE)]
    print(f"1..{len(cases)}")
    passed = [case(number, *row) for number, row in enumerate(cases, 1)]
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
