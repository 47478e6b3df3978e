"""Writes the data and the rules of the sweep bench: generate.py FOLDER N M.

The rules come twice: as JSON for engines that are told them in their own way, and as a rule pack (.md).

data_N.parquet: N enterprises, seven whole-number columns (revenue and the like in 10,000 yuan), 5 % of R&D missing.
rules_M.json: thresholds as notices have them, few and round. free_M.json: every threshold from a continuous range, so
that rules share nothing. The same for the same N and M.
"""
import json
import pathlib
import random
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

folder, n, m = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
draw = np.random.default_rng(7)
random.seed(7)


def whole(values):
    return pa.array(values.astype("int64"))


revenue = np.minimum((draw.pareto(0.9, n) * 300).astype("int64"), 90_000_000)
columns = {
    "id": pa.array(np.arange(n)),
    "ind": whole(draw.integers(0, 16, n)),
    "emp": whole(np.minimum(draw.pareto(1.1, n) * 8, 200_000)),
    "rev": pa.array(revenue),
    "rd": pa.array((revenue * draw.uniform(0, 0.12, n)).astype("int64"), mask=draw.random(n) < 0.05),
    "pat": whole(draw.poisson(1.2, n)),
    "age": whole(draw.integers(0, 40, n)),
    "tax": whole(revenue * draw.uniform(0, 0.08, n)),
}
pq.write_table(pa.table(columns), folder / f"data_{n}.parquet", row_group_size=122_880)


def industries():
    return sorted(random.sample(range(16), random.randint(2, 6)))


shared = [
    dict(
        emp=random.choice([10, 20, 50, 100, 300, 500, 1000]), rev=random.choice([100, 300, 500, 2000, 5000, 40000]),
        rdpct=random.choice([2, 3, 4, 5, 6, 8]), pat=random.randint(1, 5), age=random.choice([3, 5, 10, 15, 20]),
        taxpct=random.choice([1, 2, 3, 5]), ind=industries(),
    )
    for _ in range(m)
]
free = [
    dict(
        emp=random.randint(5, 2000), rev=random.randint(100, 60_000), rdpct=round(random.uniform(1, 9), 4),
        pat=random.randint(1, 6), age=random.randint(1, 38), taxpct=round(random.uniform(1, 6), 4), ind=industries(),
    )
    for _ in range(m)
]
FACTS = dict(ind="industry", emp="staff", rev="revenue", rd="research", pat="patents", age="age", tax="tax")


def pack(name, rules):
    """The rules as a pack: one definition each, as somebody who knows the notice would write it."""
    facts = [f"| {code} | 指标 {code} | bench {word} | number | 0 | [0..1000000000000000] |" for code, word in FACTS.items()]
    rows = [
        f"| r{k} | r{k} | emp >= {r['emp']} and rev >= {r['rev']} and (rd >= rev * {r['rdpct']} % or pat >= {r['pat']})"
        f" and (age <= {r['age']} or tax >= rev * {r['taxpct']} %) and ind in ({', '.join(map(str, r['ind']))}) |"
        for k, r in enumerate(rules)
    ]
    outputs = ", ".join(f"r{k}" for k in range(len(rules)))
    lines = [
        "---", f"code: {name}", "title: rules of the bench", "from: 2000-01-01", f"outputs: [{outputs}]", "---", "",
        "## Facts", "", "| code | name | english | type | digits | range |", "|---|---|---|---|---|---|", *facts, "",
        "## Definitions", "", "| name | code | expression |", "|---|---|---|", *rows, "",
    ]
    return "\n".join(lines)


for name, rules in [("rules", shared), ("free", free)]:
    (folder / f"{name}_{m}.json").write_text(json.dumps(rules))
    (folder / f"{name}_{m}.md").write_text(pack(name, rules))
