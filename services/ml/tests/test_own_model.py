"""The recipe for a model of one's own, run as it stands in its page."""

import re
import subprocess
import sys

from tests import market
from tests.conftest import Database
from tests.server import ROOT

PAGE = ROOT / "docs" / "bring-your-own-model.md"


def test_the_recipe_writes_a_run_that_can_be_taken_back(database: Database) -> None:
    candles = market.golden()
    chart_id = market.store(database.owner, market.chart(candles, []))
    recipe = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert recipe is not None

    subprocess.run(
        [sys.executable, "-c", recipe[1]],
        check=True,
        env={"ML_DATABASE_URL": database.url},
    )

    run = database.owner.execute("select id, name, params->>'model' from training_runs").fetchone()
    assert run is not None
    assert run[1:] == ("Ten rising closes", "ten-rising-closes")
    rising = (candles.close[1:] > candles.close[:-1]).astype(int)
    expected = sum(rising[i : i + 9].sum() == 9 for i in range(len(rising) - 8))
    count = "select count(*) from predictions where training_run_id = %s and chart_id = %s"
    found = database.owner.execute(count, (run[0], chart_id)).fetchone()
    assert found == (expected,)
    assert expected > 0

    taken = database.owner.execute("select delete_unreviewed_run(%s)", (run[0],)).fetchone()
    assert taken == (expected,)
