"""The notebook, cell by cell, by the installed package and as a role that cannot write."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import market
from tests.conftest import Database
from tests.test_package import FOLDER, installed

__all__ = ["installed"]  # a fixture

NOTEBOOK = FOLDER / "notebooks" / "first-look.ipynb"
RUN = """
import json, sys
names = {}
for cell in json.load(open(sys.argv[1]))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), names)
print(json.dumps({name: float(names[name]) for name in ("average_precision", "chance")}))
"""


def test_it_runs_on_a_real_database_and_finds_planted_patterns(
    database: Database, installed: Path
) -> None:
    market.store(database.owner, market.chart(*market.planted(3_000, 40)))
    with reader(database) as url:
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(NOTEBOOK)],
            cwd=installed,
            env=os.environ | {"ML_DATABASE_URL": url, "PYTHONPATH": str(installed)},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr
    assert "chart 1: 3000 candles" in done.stdout
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["average_precision"] > figures["chance"] + 0.1


@contextmanager
def reader(database: Database) -> Iterator[str]:
    """The URL of a login that may read and no more."""
    name = f"reader_{uuid.uuid4().hex[:12]}"
    database.owner.execute(f"create role {name} login password 'secret' in role reader".encode())
    try:
        address = database.url.rpartition("@")[2]
        yield f"postgresql://{name}:secret@{address}"
    finally:
        database.owner.execute(f"drop role {name}".encode())


def test_it_is_kept_without_outputs() -> None:
    for cell in json.loads(NOTEBOOK.read_text())["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
