import logging
import socket

import pytest

from app.worker import answers
from app.worker.complaints import AGAIN_S, Complaint

log = logging.getLogger("app.test")


def test_a_problem_is_told_once_until_it_is_another_or_was_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = 0.0
    complaint = Complaint(log, "queue: ", clock=lambda: now)
    for problem in ("No host.", "No host.", "No route.", "No route."):
        complaint.tell(problem)
    complaint.over()
    complaint.tell("No route.")
    now = AGAIN_S
    complaint.tell("No route.")
    again = "It is tried again until it works."
    assert [record.message for record in caplog.records] == [
        f"queue: No host. {again}",
        *[f"queue: No route. {again}"] * 3,
    ]


def test_a_database_that_is_away_for_long_does_not_fill_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PAUSE_S", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"postgresql://a:b@127.0.0.1:{server.getsockname()[1]}/c?sslmode=disable"
        answerer = answers.Answerer(url, "questions", "", {}, lambda *_: {})
        answerer.start()
        for _ in range(5):
            server.accept()[0].close()
        answerer.stop(timeout=10)
    assert len([record for record in caplog.records if "questions" in record.message]) == 1
