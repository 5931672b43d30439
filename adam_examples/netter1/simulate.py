"""Simulate a trial with the structure of NETTER-1 and write it as ADaM: adsl.xpt, adtr.xpt, adtte.xpt.

The data are simulated. They are not the trial's, and no figure computed from them is a trial result.

    python adam_examples/netter1/simulate.py [folder]     writes the three files (default: beside this program)
    python adam_examples/netter1/simulate.py --compare    prints obtained figures beside the published ones
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from adam_datasets import adam_datasets
from figures import comparison_table
from trial import simulate_trial

from tlf.errors import TlfError
from tlf.exchange.xpt_write import write_xpt

HERE: Final = Path(__file__).resolve().parent


def write_datasets(folder: Path) -> list[Path]:
    """Write the datasets into a folder and return the files; each appears whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    contents = {f"{d.name.lower()}.xpt": write_xpt(d) for d in adam_datasets(simulate_trial())}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        unfinished = folder / f".{name}.part"
        try:
            unfinished.write_bytes(content)
            unfinished.replace(folder / name)
        finally:
            unfinished.unlink(missing_ok=True)
    return [folder / name for name in contents]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0 when done, 2 when the files cannot be written."""
    parser = argparse.ArgumentParser(description="Simulate a trial with the structure of NETTER-1, as ADaM datasets.")
    parser.add_argument(
        "folder", nargs="?", type=Path, default=HERE, help="where to write (default: beside the program)"
    )
    parser.add_argument("--compare", action="store_true", help="print obtained and published figures, write nothing")
    given = parser.parse_args(arguments)
    if given.compare:
        sys.stdout.write(comparison_table(*adam_datasets(simulate_trial())))
        return 0
    try:
        written = write_datasets(given.folder)
    except (OSError, TlfError) as error:
        sys.stderr.write(f"cannot write the datasets: {error}\n")
        return 2
    sys.stdout.writelines(f"{path}\n" for path in written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
