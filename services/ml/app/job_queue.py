"""What the two queues have in common: rows that wait, are a worker's while its heartbeat lasts, and
end. `training_runs` is one, `prediction_requests` the other."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from .db import Connection

MAX_ATTEMPTS = 3
IS_DEAD: LiteralString = (
    "q.heartbeat_at not between now() - interval '30 seconds' and now() + interval '30 seconds'"
)
"""A heartbeat of the future is none either: the clock was set back since, and its worker would have
told by now."""


@dataclass(frozen=True)
class Queue:
    table: LiteralString
    channel: str
    """Told by NOTIFY of what is new."""
    rows: LiteralString
    """Its rows `q`, with what says their model."""
    model: LiteralString
    """The name of a row's model, NULL for the first that there is."""
    order: LiteralString
    it: str
    """What a row is called where it has taken its workers down with it."""
    taken_again: LiteralString = ""
    """What else is set when a row is taken, and"""
    given_back: LiteralString = ""
    """when it waits again."""
    logged: LiteralString = ""
    """What keeps `log` of a row that fails."""

    def claim(
        self,
        connection: Connection,
        worker: str,
        models: Collection[str],
        *,
        takes_unnamed: bool = True,
        among: LiteralString = "true",
    ) -> int | None:
        """The id of the oldest row of these models that waits, or whose worker has not been heard
        of; None when there is none. Rows of other models are somebody else's; `takes_unnamed`: one
        that names no model is of the first of these. `among`: a condition of the rows `q`.

        A row that has taken MAX_ATTEMPTS workers down with it is failed instead.
        """
        given = self.of_models(models, takes_unnamed=takes_unnamed)
        with connection.transaction():
            connection.execute(
                self._sql(
                    "update {table} set status = 'failed', finished_at = now(), error = %(error)s"
                    " where id in (select q.id from {rows} where q.status = 'running' and {is_dead}"
                    " and q.attempts >= %(most)s and {is_ours} for update of q skip locked)"
                ),
                given
                | {
                    "error": f"The worker stopped in the middle of {self.it} {MAX_ATTEMPTS} times.",
                    "most": MAX_ATTEMPTS,
                },
            )
            # Its start is read first: Citus takes no now() inside a coalesce of an update.
            waiting = connection.execute(
                self._sql(
                    "select q.id, coalesce(q.started_at, now()) from {rows} where"
                    " (q.status = 'queued' or (q.status = 'running' and {is_dead})) and {is_ours}"
                    " and ({among}) order by {order} for update of q skip locked limit 1",
                    among,
                ),
                given,
            ).fetchone()
            if waiting is None:
                return None
            row_id, started_at = waiting
            connection.execute(
                self._sql(
                    "update {table} set status = 'running', worker = %s, heartbeat_at = now(),"
                    " attempts = attempts + 1, started_at = %s, progress = 0, error = null"
                    "{taken_again} where id = %s"
                ),
                (worker, started_at, row_id),
            )
        return int(row_id)

    def fail(
        self, connection: Connection, row_id: int, worker: str, error: str, log: str = ""
    ) -> None:
        connection.execute(
            self._sql(
                "update {table} set status = 'failed', error = %(error)s, finished_at = now()"
                "{logged} where id = %(id)s and worker = %(worker)s and status = 'running'"
            ),
            {"error": error, "log": log, "id": row_id, "worker": worker},
        )

    def requeue(self, connection: Connection, row_id: int, worker: str, *, counts: bool) -> None:
        """It waits again, for the next worker; `counts` when the attempt was spent."""
        connection.execute(
            self._sql(
                "update {table} set status = 'queued', worker = null, heartbeat_at = null,"
                " progress = 0, attempts = attempts - %s{given_back}"
                " where id = %s and worker = %s and status = 'running'"
            ),
            (0 if counts else 1, row_id, worker),
        )

    def cancel(self, connection: Connection, row_id: int) -> None:
        connection.execute(
            self._sql(
                "update {table} set status = 'cancelled', finished_at = now()"
                " where id = %s and status in ('queued', 'running')"
            ),
            (row_id,),
        )

    def count(self, connection: Connection, without: Collection[str] = ()) -> dict[str, int]:
        """Its rows, per status; `without` those of these models."""
        rows = connection.execute(
            self._sql(
                "select q.status, count(*) from {rows} where coalesce({model}, '') <> all(%s)"
                " group by 1"
            ),
            (list(without),),
        ).fetchall()
        return {str(status): int(count) for status, count in rows}

    @staticmethod
    def of_models(models: Collection[str], *, takes_unnamed: bool) -> dict[str, object]:
        """The parameters of `is_ours`."""
        ours = list(models)
        return {"unnamed": ours[0] if takes_unnamed else "", "ours": ours}

    def _sql(self, statement: LiteralString, among: LiteralString = "true") -> sql.Composed:
        return sql.SQL(statement).format(
            table=sql.SQL(self.table),
            rows=sql.SQL(self.rows),
            model=sql.SQL(self.model),
            order=sql.SQL(self.order),
            among=sql.SQL(among),
            is_dead=sql.SQL(IS_DEAD),
            is_ours=sql.SQL(f"coalesce({self.model}, %(unnamed)s) = any(%(ours)s)"),
            taken_again=sql.SQL(self.taken_again),
            given_back=sql.SQL(self.given_back),
            logged=sql.SQL(self.logged),
        )
