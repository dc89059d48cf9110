"""The console script `candle-ml`."""

import sys


def main() -> int:
    try:
        from .commands import main as run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("app", "candle_ml"):
            raise
        sys.stderr.write(
            f"This needs {error.name}: pip install 'candle_ml[train]', or [service] for HTTP.\n"
        )
        return 1
    return run()
