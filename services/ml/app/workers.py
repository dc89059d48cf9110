"""The workers that take jobs, as the database knows them: what each works on, and its heartbeat."""

from dataclasses import dataclass
from typing import Literal, get_args

from .db import Connection

Takes = Literal["runs", "searches"]
IDLE_S, BUSY_S = 60, 600
"""Without a sign of life for so long a worker that waits, or one that works, counts as silent: the
longest stage of a job takes minutes. `src/server/model-service/data.ts` has the same."""


@dataclass(frozen=True)
class KnownWorker:
    name: str
    takes: Takes
    job: str | None
    silent_s: float
    """Since its last sign of life."""

    @property
    def is_alive(self) -> bool:
        # A beat of the future is none: the clock was set back since.
        return -IDLE_S <= self.silent_s <= (IDLE_S if self.job is None else BUSY_S)


def beat(connection: Connection, name: str, takes: Takes, job: str | None = None) -> None:
    """To be called by the very loop that takes jobs, so that it is silent when that hangs."""
    connection.execute(
        "insert into ml_workers (name, queue, job) values (%s, %s, %s)"
        " on conflict (name) do update set job = excluded.job, beat_at = now()",
        (name, takes, job),
    )


def note_sign_of_life(connection: Connection, name: str, seconds_ago: float) -> None:
    """What a thread beside the loop may write: when that told of its progress last."""
    connection.execute(
        "update ml_workers set beat_at = now() - make_interval(secs => %s) where name = %s",
        (seconds_ago, name),
    )


def leave(connection: Connection, name: str) -> None:
    connection.execute("delete from ml_workers where name = %s", (name,))


def forget_killed(connection: Connection) -> None:
    """Takes away what workers that were killed have left, once it tells nobody anything."""
    connection.execute("delete from ml_workers where beat_at < now() - interval '1 day'")


def read(connection: Connection) -> list[KnownWorker]:
    rows = connection.execute(
        "select name, queue, job, extract(epoch from now() - beat_at)::float8 from ml_workers"
        " order by started_at, name"
    ).fetchall()
    return [KnownWorker(*row) for row in rows]


def missing(known: list[KnownWorker]) -> list[Takes]:
    """What nobody takes."""
    alive = {worker.takes for worker in known if worker.is_alive}
    return [takes for takes in get_args(Takes) if takes not in alive]


def state(known: list[KnownWorker]) -> str:
    """Of those that take runs and of those that take searches, in a few words."""
    said = []
    for takes in get_args(Takes):
        own = [worker for worker in known if worker.takes == takes]
        alive = [worker for worker in own if worker.is_alive]
        if alive:
            jobs = ", ".join(worker.job for worker in alive if worker.job)
            said.append(f"{takes}: {jobs or 'waiting'}")
        elif own:
            seconds = min(worker.silent_s for worker in own)
            said.append(f"{takes}: silent for {seconds:.0f} s")
        else:
            said.append(f"{takes}: no worker")
    return "; ".join(said)
