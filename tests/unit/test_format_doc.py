#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares docs/format.md with the schemas: each element and attribute has a row that says what it does and what it costs.

    test_format_doc.py PAGE SCHEMAS     one TAP line each

The rows are those of tables with a column "changed live". Their first cell names items in backticks: `ip/dhcp@a,@b`; a path may
leave out its beginning, and `@c` behind another item is of the same element. The build's test "format_doc" calls it.
"""

import os
import re
import sys
import xml.etree.ElementTree as ElementTree

RNG = "{http://relaxng.org/ns/structure/1.0}"
PREFIXES = {"http://libvirt.org/schemas/network/dnsmasq/1.0": "dnsmasq:"}
COSTS = "changed live"


class Schema:
    """The items of one schema: paths of elements, and of attributes with an @."""

    def __init__(self, folder, name):
        self.folder = folder
        self.defines = {}
        self.items = set()
        grammar = self.read(name)
        self.walk(grammar.find(RNG + "start"), "")

    def read(self, name):
        grammar = ElementTree.parse(os.path.join(self.folder, name)).getroot()
        for included in grammar.findall(RNG + "include"):
            self.read(included.get("href"))
        self.defines.update((define.get("name"), define) for define in grammar.findall(RNG + "define"))
        return grammar

    def walk(self, pattern, path):
        for child in pattern:
            kind = child.tag.removeprefix(RNG)
            name = child.get("name")
            if kind == "ref":
                self.walk(self.defines[name], path)
            elif kind == "element" and name:
                inner = f"{path}/{PREFIXES.get(child.get('ns'), '')}{name}".lstrip("/")
                self.items.add(inner)
                self.walk(child, inner)
            elif kind == "attribute" and name:
                self.items.add(f"{path}@{name}")
            elif kind not in ("element", "attribute"):      # those without a name may have any
                self.walk(child, path)


def items_of_cell(cell):
    """What a first cell names, each as a path of an element or with one @."""
    path = ""
    for token in re.findall(r"`([^`]+)`", cell):
        element, _, attributes = token.partition("@")
        path = element or path
        if not attributes:
            yield path
        for attribute in attributes.replace("@", "").split(",") if attributes else []:
            yield f"{path}@{attribute.strip()}"


def documented_rows(page):
    """(cells, headings) of each row of the tables with a column about costs."""
    headings = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            headings = []
        elif not headings:
            headings = cells
        elif COSTS in headings and not set(line) <= set("|-"):
            yield cells, headings


def means(said, item):
    return item == said or item.endswith("/" + said)


def covered(items, said):
    """The items that are told of; an element is, too, where something in it is."""
    told = {item for item in items if any(means(one, item) for one in said)}
    return told | {item for item in items if any(other.startswith((item + "/", item + "@")) for other in told)}


def main():
    with open(sys.argv[1], encoding="utf-8") as stream:
        rows = list(documented_rows(stream.read()))
    items = Schema(sys.argv[2], "network.rng").items | Schema(sys.argv[2], "networkport.rng").items
    said = {item for cells, _ in rows for item in items_of_cell(cells[0])}
    faults = {
        "every-item-of-the-schemas-has-a-row": sorted(items - covered(items, said)),
        "every-row-is-about-an-item": sorted(one for one in said if not any(means(one, item) for item in items)),
        "every-row-says-effect-and-cost": [cells[0] for cells, headings in rows
                                           if len(cells) != len(headings) or not all(cells)],
        "schemas-have-items": [] if len(items) > 150 else [f"only {len(items)}"],
    }
    print(f"1..{len(faults)}")
    for number, (name, wrong) in enumerate(faults.items(), 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - format-doc/{name}")
        for one in wrong:
            print("#   " + one)
    sys.exit(1 if any(faults.values()) else 0)


if __name__ == "__main__":
    main()
