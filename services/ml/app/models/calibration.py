"""Scores that mean what they say: of spans scored 0.8, 8 in 10 are right.

The mean of isotonic regression (Zadrozny and Elkan, 2002) and beta calibration (Kull, Silva Filho
and Flach, 2017) of hits on raw scores, of spans that were predicted out of fold. Raw scores say too
much: a span is the most probable of many windows. Isotonic regression follows whatever 20 spans
show, beta calibration has three parameters; together they were nearer to the truth than either.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ..candle_columns import Floats, Mask

PRIOR_HITS = 1.0
"""Hits and misses that are added to what was seen: few spans prove little."""
KNOTS = 21
EDGE = 1e-3
"""Raw scores are kept this far from 0 and 1, whose logarithms have no end."""
TIE = 0.02
"""How much of the raw score stays, so that spans of one step of the curve keep their order."""


@dataclass(frozen=True)
class Calibration:
    """Piecewise linear from raw scores to probabilities."""

    raw: Floats
    probability: Floats

    @classmethod
    def identity(cls) -> Self:
        return cls(np.array([0.0, 1.0]), np.array([0.0, 1.0]))

    @classmethod
    def fit(cls, raw: Floats, hits: Mask) -> Self:
        """`hits`: whether each span was right. Without any span, the identity."""
        if not len(raw):
            return cls.identity()
        from sklearn.isotonic import IsotonicRegression

        rate = float(np.mean(hits))
        # The prior pulls towards the rate of all, at the ends of what was seen.
        x = np.concatenate((raw, [raw.min(), raw.max()]))
        y = np.concatenate((hits.astype(np.float64), [rate, rate]))
        weight = np.concatenate((np.ones(len(raw)), [PRIOR_HITS, PRIOR_HITS]))
        curve = IsotonicRegression(out_of_bounds="clip", y_min=0.0, y_max=1.0)
        curve.fit(x, y, sample_weight=weight)
        at = np.quantile(raw, np.linspace(0, 1, KNOTS))
        at = np.unique(np.concatenate(([0.0], at, [1.0])))
        steps = curve.predict(at)
        # Steps become slopes between them; a little of the raw score keeps the order.
        smooth = np.convolve(np.pad(steps, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
        if 0.0 < rate < 1.0:
            smooth = (smooth + _beta(raw, hits, at)) / 2
        return cls(at, (1 - TIE) * smooth + TIE * at)

    def __call__(self, raw: Floats) -> Floats:
        return np.interp(raw, self.raw, self.probability)

    def to_array(self) -> Floats:
        return np.stack([self.raw, self.probability])

    @classmethod
    def from_array(cls, array: Floats) -> Self:
        if array.ndim != 2 or array.shape[0] != 2 or not np.isfinite(array).all():
            raise ValueError("its calibration is not a curve")
        return cls(array[0], array[1])


def _beta(raw: Floats, hits: Mask, at: Floats) -> Floats:
    """Beta calibration, learnt from raw scores, at others; never falling."""
    from sklearn.linear_model import LogisticRegression

    def terms(score: Floats) -> Floats:
        inside = np.clip(score, EDGE, 1 - EDGE)
        return np.stack([np.log(inside), -np.log1p(-inside)], axis=1)

    # Three numbers: the default solver has BLAS wake its threads for them, 50 ms of processor time.
    fitted = LogisticRegression(solver="newton-cholesky").fit(terms(raw), hits)
    curve: Floats = np.maximum.accumulate(fitted.predict_proba(terms(at))[:, 1])
    return curve
