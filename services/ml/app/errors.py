class MlError(Exception):
    """Something a person can act on. Its text is one sentence that says what and where."""


class NotEnoughData(MlError):
    """The marked spans are too few to learn from, or the candles to predict on."""


class NotFound(MlError):
    """A chart, run or label that was named does not exist."""


class BadInput(MlError):
    """Values that a person sent do not make sense together."""


class DatabaseUnavailable(MlError):
    """PostgreSQL cannot be reached, or broke off in the middle."""


class Stopped(Exception):
    """The run must not go on: it was cancelled, another worker has it, or the service stops."""
