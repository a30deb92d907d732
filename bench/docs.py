#!/usr/bin/env python3
"""Writes the table and the picture of docs/performance.md: docs.py BENCH_JSON [BENCH_JSON_OF_ANOTHER_INSTRUCTION_SET]"""

import json
import sys
from pathlib import Path

import plot
import table

DOCS = Path(__file__).resolve().parent.parent / "docs"
BEGIN, END = "<!-- written by bench/docs.py: -->", "<!-- end -->"


def replaced(page, content):
    """The page with `content` between its markers."""
    if BEGIN not in page or END not in page:
        sys.exit(f"docs: expected the lines {BEGIN} and {END}, found no such")
    return page[: page.index(BEGIN)] + f"{BEGIN}\n{content}" + page[page.index(END):]


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    documents = [json.loads(Path(path).read_text()) for path in sys.argv[1:]]
    page = DOCS / "performance.md"
    page.write_text(replaced(page.read_text(), table.markdown(*documents)))
    (DOCS / "performance.svg").write_text(plot.picture(documents[0]))


if __name__ == "__main__":
    main()
