"""The least that a LibCST codemod does: parse every file, look at every attribute, write the changed ones nowhere.

    python3 benches/codemod.py TREE
"""

import multiprocessing
import os
import sys

import libcst


class Look(libcst.CSTVisitor):
    def __init__(self):
        self.found = 0

    def visit_Attribute(self, node):
        self.found += node.attr.value == "_config"


def look(path):
    try:
        with open(path, encoding="utf-8") as file:
            tree = libcst.parse_module(file.read())
    except (libcst.ParserSyntaxError, UnicodeDecodeError):
        return 0
    visitor = Look()
    tree.visit(visitor)
    return visitor.found


if __name__ == "__main__":
    paths = [os.path.join(folder, name) for folder, _, names in os.walk(sys.argv[1]) for name in names if name.endswith(".py")]
    with multiprocessing.Pool(2) as pool:
        print(sum(pool.imap_unordered(look, paths, chunksize=16)))
