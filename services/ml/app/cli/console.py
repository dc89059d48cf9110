"""Where the commands print. Names of charts and labels may look like rich's markup."""

import sys

from rich.console import Console

PIPED_COLUMNS = 200
"""In a file or pipe nothing is cut to the 80 columns that rich takes where there is no terminal."""

out = Console(markup=False, width=None if sys.stdout.isatty() else PIPED_COLUMNS)
err = Console(stderr=True, markup=False)
