import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest

from app.db import Connection
from tests import server

os.environ["TZ"] = "Asia/Kathmandu"
time.tzset()


@dataclass(frozen=True)
class Server:
    admin_url: str
    template: str
    login: str
    """name:password of a user with what the role ml may do, and no more."""


@dataclass(frozen=True)
class Database:
    url: str
    """For the service: as the role ml."""
    owner: Connection
    """For what the web app would do."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with server.admin_url() as url, psycopg.connect(url, autocommit=True) as admin:
        name = uuid.uuid4().hex[:12]
        template, user = f"ml_template_{name}", f"ml_test_{name}"
        admin.execute(f'create database "{template}"'.encode())
        try:
            server.migrate(server.with_database(url, template))
            admin.execute(f"create role {user} login password 'secret' in role ml".encode())
            yield Server(url, template, f"{user}:secret")
        finally:
            admin.execute(f'drop database "{template}" with (force)'.encode())
            admin.execute(f"drop role if exists {user}".encode())


@pytest.fixture
def database(postgres: Server) -> Iterator[Database]:
    """A migrated database of the test's own."""
    name = f"ml_{uuid.uuid4().hex}"
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute(f'create database "{name}" template "{postgres.template}"'.encode())
        try:
            url = server.with_database(postgres.admin_url, name)
            with psycopg.connect(url, autocommit=True) as owner:
                yield Database(server.with_database(url, name, postgres.login), owner)
        finally:
            admin.execute(f'drop database "{name}" with (force)'.encode())


def wait_until(condition: Callable[[], object], within: float = 180.0) -> None:
    """On a machine with much else to do it comes late, not never."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
