#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every update of a network that has a meaning takes effect, live and in the config, and the others are refused: the matrix
that tests/matrix prints, asked for by python3-libvirt and by Debian's virsh."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import matrix  # noqa: E402
from scene import check  # noqa: E402


def walk(scene, way):
    done = matrix.walk_all(scene, way, [])
    check(matrix.is_complete(done), "\n".join(matrix.table(done)))


@test("matrix/every-update-takes-effect-or-is-refused-as-it-must", limit=200)
def by_library(scene):
    walk(scene, "library")


@test("matrix/debians-virsh-gets-the-same-result", limit=200)
def by_virsh(scene):
    walk(scene, "virsh")


if __name__ == "__main__":
    main()
