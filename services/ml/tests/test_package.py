"""What somebody gets who installs this folder."""

import ast
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1]


def python(code: str, cwd: Path = FOLDER) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_every_folder_is_packaged() -> None:
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())
    folders = [path.parent for path in (FOLDER / "app").rglob("__init__.py")]
    names = sorted(
        ".".join(("candle_ml", *folder.relative_to(FOLDER / "app").parts)) for folder in folders
    )
    assert project["tool"]["setuptools"]["packages"] == names


def test_importing_is_light() -> None:
    loaded = set(python("import sys, app; print(*sys.modules)").split())
    assert not {"numpy", "pyarrow", "lightgbm", "talib", "sklearn"} & loaded
    loaded = set(python("import sys, app.db; print(*sys.modules)").split())
    assert not {"psycopg", "pydantic", "jsonschema", "lightgbm", "talib", "sklearn"} & loaded
    assert {"numpy", "pyarrow", "adbc_driver_postgresql"} <= loaded
    heavy = {"lightgbm", "sklearn", "scipy"}
    assert not heavy & set(python("import sys, app.cli.commands; print(*sys.modules)").split())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as pip would."""
    source, target = (tmp_path_factory.mktemp(name) for name in ("source", "target"))
    shutil.copytree(FOLDER / "app", source / "app")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(FOLDER / name, source / name)
    python("from setuptools import build_meta; build_meta.build_wheel('.')", source)
    (wheel,) = source.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(target)
    return target


def test_the_package_works_under_its_own_name(installed: Path) -> None:
    code = """
from candle_ml import db
from candle_ml.training.params import parse_params
print(parse_params({"chartIds": [1]}).folds, db.__file__)
"""
    folds, file = python(code, installed).split()
    assert folds == "5"
    assert Path(file) == installed / "candle_ml" / "db.py"
    scripts = next(installed.glob("*.dist-info")) / "entry_points.txt"
    assert "candle-ml = candle_ml.cli:main" in scripts.read_text()
    done = subprocess.run(
        [sys.executable, "-m", "candle_ml", "--help"],
        cwd=installed,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "usage: candle-ml" in done.stdout


def test_without_the_extras_the_script_names_them(installed: Path) -> None:
    code = """
import sys
sys.modules["rich"] = None
from candle_ml.cli import main
print(main())
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=installed, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
    assert "pip install 'candle_ml[train]'" in done.stderr


def test_no_two_classes_have_one_name() -> None:
    names: dict[str, list[str]] = {}
    for file in sorted((FOLDER / "app").rglob("*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                names.setdefault(node.name, []).append(str(file.relative_to(FOLDER)))
    assert {name: files for name, files in names.items() if len(files) > 1} == {}
