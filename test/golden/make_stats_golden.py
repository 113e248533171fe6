"""Writes test/fixtures/stats/golden.json: statistics as SciPy and statsmodels give them.

python3 -m venv venv && venv/bin/pip install scipy statsmodels && venv/bin/python make_stats_golden.py
"""

import itertools
import json
from pathlib import Path

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import special, stats
from statsmodels.stats.contingency_tables import mcnemar

random = np.random.default_rng(20181011)

t_quantiles = [
    {"level": level, "df": df, "t": float(stats.t.ppf((1 + level) / 2, df))}
    for level in (0.5, 0.8, 0.95, 0.96, 0.999)
    for df in (1, 2, 3, 5, 12, 30, 99, 871, 1e5)
]
t_like_normal = [
    {"normal": z, "df": df, "t": float(stats.t.isf(stats.norm.sf(z), df))}
    for z in (1.96, 2.5, 3.0, 3.5, 4.0)
    for df in (5, 10, 25, 60, 200, 2000)
]
log_gamma = [
    {"x": float(x), "value": float(special.gammaln(x))} for x in (0.1, 0.5, 1.5, 3, 10.25, 500.5)
]
incomplete_beta = [
    {"x": x, "a": a, "b": b, "value": float(special.betainc(a, b, x))}
    for x in (0.01, 0.3, 0.5, 0.9)
    for a, b in ((0.5, 0.5), (1, 3), (7.5, 0.5), (40, 60))
]
mcnemar_tests = [
    {
        "onlyFirst": b,
        "onlySecond": c,
        "p": float(mcnemar([[50, b], [c, 20]], exact=True).pvalue),
    }
    for b, c in ((0, 0), (1, 0), (0, 6), (5, 12), (10, 10), (40, 41), (90, 55))
]


def effects(cells, varying):
    """Estimated marginal means of the additive model: OLS(...).fit().t_test(l)."""
    levels = {p: sorted({c["parameters"][p] for c in cells}) for p in varying}

    def row(values):
        return [1.0] + [
            float(values[p] == v) if not isinstance(values[p], list) else 1 / len(levels[p])
            for p in varying
            for v in levels[p][1:]
        ]

    x = np.array([row(c["parameters"]) for c in cells])
    fit = sm.OLS(np.array([c["mean"] for c in cells]), x).fit()
    out = []
    for p in varying:
        values = []
        for v in levels[p]:
            contrast = np.array(row({q: v if q == p else levels[q] for q in varying}))
            test = fit.t_test(contrast)
            low, high = test.conf_int(alpha=0.05)[0]
            values.append(
                {
                    "value": v,
                    "mean": float(test.effect[0]),
                    "low": float(low),
                    "high": float(high),
                    "cells": sum(c["parameters"][p] == v for c in cells),
                }
            )
        out.append({"parameter": p, "values": values})
    return out


def grid(missing=()):
    cells = []
    for at, (rate, batch, epochs) in enumerate(
        itertools.product((2e-5, 3e-5, 5e-5), (16, 32), (2, 3, 4))
    ):
        mean = 0.8 + 400 * rate + 0.01 * epochs - 0.001 * batch + 0.01 * random.standard_normal()
        if at not in missing:
            parameters = {"learningRate": rate, "batchSize": batch, "epochs": epochs}
            cells.append({"parameters": parameters, "mean": float(mean)})
    return cells


varying = ["learningRate", "batchSize", "epochs"]
designs = [
    {"name": name, "cells": cells, "effects": effects(cells, varying)}
    for name, cells in (("the paper's grid", grid()), ("cells missing", grid((0, 5, 6, 11, 17))))
]
# What compareCells tends to for independent normal means: Tukey's studentised range.
ranges = [
    {"cells": k, "level": 0.96, "q": float(stats.studentized_range.ppf(0.96, k, 1e6) / np.sqrt(2))}
    for k in (2, 6, 18)
]
# Over seeds, with the degrees of freedom of their pooled variance.
seed_ranges = [
    {
        "cells": k,
        "seeds": s,
        "level": 0.96,
        "q": float(stats.studentized_range.ppf(0.96, k, k * (s - 1)) / np.sqrt(2)),
    }
    for k, s in ((2, 4), (6, 3), (18, 2))
]

golden = {
    "versions": {
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "statsmodels": statsmodels.__version__,
    },
    "tQuantiles": t_quantiles,
    "tLikeNormal": t_like_normal,
    "logGamma": log_gamma,
    "incompleteBeta": incomplete_beta,
    "mcnemar": mcnemar_tests,
    "effects": designs,
    "ranges": ranges,
    "seedRanges": seed_ranges,
}
target = Path(__file__).parent.parent / "fixtures" / "stats" / "golden.json"
target.parent.mkdir(exist_ok=True)
target.write_text(json.dumps(golden, indent=1) + "\n")
