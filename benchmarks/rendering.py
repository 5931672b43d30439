"""What a page of a listing costs: the direct writer against WeasyPrint, in CPU seconds of one process.

Run it from the checkout, with nothing else running::

    .venv/bin/python benchmarks/rendering.py

A synthetic adverse-event listing of 10 columns is laid out once and drawn at 1,000 and 5,000 rows; WeasyPrint, which is
much slower, draws 1,000 rows only. Each time is the least of three draws (WeasyPrint: one), after a page that loads the
libraries and fonts; layout is timed by itself. CPU seconds differ between machines: read the ratio, printed last.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from tlf.model.display import Cell, Column, Listing, Row, Sections
from tlf.model.spec import Page as PageLayout
from tlf.render.page_model import pages_of
from tlf.render.pdf_direct import direct_pdf_of
from tlf.render.pdf_weasyprint import pdf_of

HEADERS = (
    "Subject", "Treatment", "Age", "Sex", "Preferred Term", "Start Date", "Study Day", "Grade", "Related", "Outcome",
)  # fmt: skip
TERMS = ("Nausea", "Fatigue", "Lymphocyte count decreased", "Diarrhoea", "Abdominal pain upper", "Alopecia")
OUTCOMES = ("Recovered", "Recovering", "Not recovered", "Unknown")


def listing(rows: int) -> Listing:
    """Return a listing of adverse events, the same each time."""
    columns = tuple(Column(f"C{number}", header) for number, header in enumerate(HEADERS))
    body = tuple(Row(tuple(Cell(text) for text in _event(number))) for number in range(rows))
    sections = Sections(
        "L-16-2-7-1",
        "Listing 16.2.7.1",
        "Adverse Events",
        "Safety Analysis Set",
        header_left=("Example Sponsor", "Protocol X"),
        header_right=("Confidential",),
        footnotes=("Study day is relative to the first dose.",),
        footer=("Source: ADSL, ADAE",),
    )
    return Listing(sections, columns, body)


def _event(number: int) -> tuple[str, ...]:
    return (
        f"X-{1001 + number // 7}",
        ("Active", "Control")[number // 7 % 2],
        str(40 + number // 7 % 40),
        "FM"[number // 7 % 2],
        TERMS[number % len(TERMS)],
        f"{1 + number % 28:02d}MAR2013",
        str(number % 400),
        str(1 + number % 4),
        "YN"[number % 2],
        OUTCOMES[number % len(OUTCOMES)],
    )


def cpu_seconds(call: Callable[[], Any], *, times: int = 1) -> float:
    """Return the least CPU seconds of a call."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        call()
        spent.append(time.process_time() - start)
    return min(spent)


def main() -> None:
    """Measure and print."""
    first = pages_of(listing(10), PageLayout())
    for write in (direct_pdf_of, pdf_of):
        write(first, title="first")
    per_page: dict[tuple[str, int], float] = {}
    for rows in (1000, 5000):
        display = listing(rows)
        start = time.process_time()
        pages = pages_of(display, PageLayout())
        print(f"{rows:>5} rows, {len(pages):>3} pages: layout {time.process_time() - start:.2f} CPU-s")
        writers = [("direct", direct_pdf_of, 3)] + ([("WeasyPrint", pdf_of, 1)] if rows == 1000 else [])
        for name, write, times in writers:
            spent = cpu_seconds(partial(write, pages, title="L"), times=times)
            per_page[name, rows] = spent / len(pages)
            print(f"  {name:<10} {spent:7.2f} CPU-s  {1000 * spent / len(pages):7.2f} ms a page")
    ratio = per_page["WeasyPrint", 1000] / per_page["direct", 1000]
    print(f"WeasyPrint costs {ratio:.0f} times the direct writer's CPU a page at 1,000 rows")


if __name__ == "__main__":
    main()
