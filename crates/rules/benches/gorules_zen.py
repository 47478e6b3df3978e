"""The same rules in GoRules ZEN: gorules_zen.py RULES.json SAMPLE.json; prints one JSON object as peers.py does.

A row engine: one decision with an expression a rule, evaluated once an enterprise.
"""
import json
import sys
import time

import zen

rules, sample = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))


def decision(expressions):
    """A graph of input, expressions and output."""
    rows = [{"id": f"e{k}", "key": key, "value": value} for k, (key, value) in enumerate(expressions)]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}, "content": {}},
        {"id": "ask", "name": "ask", "type": "expressionNode", "position": {"x": 1, "y": 0}, "content": {"expressions": rows}},
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}, "content": {}},
    ]
    edges = [{"id": "a", "type": "edge", "sourceId": "in", "targetId": "ask"}, {"id": "b", "type": "edge", "sourceId": "ask", "targetId": "out"}]
    return zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))


def expression(rule):
    # A comparison with null is an error there, so the hole is asked for.
    research = f"(rd != null ? rd * 100 >= rev * {rule['rdpct']} : false) or pat >= {rule['pat']}"
    young = f"age <= {rule['age']} or tax * 100 >= rev * {rule['taxpct']}"
    return f"emp >= {rule['emp']} and rev >= {rule['rev']} and ({research}) and ({young}) and ind in {rule['ind']}"


def asked(facts):
    try:
        return SIZE.evaluate(facts)["result"]["size"]
    except Exception:
        return "error"


all_rules = decision([(f"r{k}", expression(rule)) for k, rule in enumerate(rules)])
counts = [0] * len(rules)
started = time.perf_counter()
for enterprise in sample:
    told = all_rules.evaluate(enterprise)["result"]
    for k in range(len(rules)):
        counts[k] += bool(told[f"r{k}"])
seconds = time.perf_counter() - started

SIZE = decision(
    [(
        "size",
        "emp >= 1000 and rev >= 400000000 ? 'large' : emp >= 300 and rev >= 20000000 ? 'medium'"
        " : emp >= 20 and rev >= 3000000 ? 'small' : 'micro'",
    )]
)
answers = [asked({"emp": 1000, "rev": 399_999_990}), asked({"emp": None, "rev": 500_000_000}), asked({"emp": None, "rev": 1_200_000})]
print(json.dumps({"run": [seconds], "rows": len(sample), "counts": counts, "answers": answers}))
