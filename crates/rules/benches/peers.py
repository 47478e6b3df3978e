"""Runs the same rules in another engine: peers.py ENGINE RULES.json DATA.parquet REPEATS; prints one JSON object.

"counts": how many enterprises each rule finds; "run": seconds of each run, the file read every time (OpenFisca and numpy:
read once, told apart as "load"). "answers": what the engine says where facts are missing or large, see `traps`.
"""
import json
import sys
import time

engine, rules, parquet, repeats = sys.argv[1], json.load(open(sys.argv[2])), sys.argv[3], int(sys.argv[4])
MILLION = 1_000_000


def sides(part, percent):
    """Whole factors for `part*100 >= rev*percent`."""
    scaled = round(percent * MILLION)
    return (100, int(percent)) if scaled % MILLION == 0 else (100 * MILLION, scaled)


def sql(rule):
    (a, b), (c, d) = sides("rd", rule["rdpct"]), sides("tax", rule["taxpct"])
    listed = ",".join(map(str, rule["ind"]))
    return (
        f"(emp >= {rule['emp']} AND rev >= {rule['rev']} AND (rd*{a} >= rev*{b} OR pat >= {rule['pat']})"
        f" AND (age <= {rule['age']} OR tax*{c} >= rev*{d}) AND ind IN ({listed}))"
    )


def timed(run):
    times, answer = [], None
    for _ in range(repeats):
        # Slow engines are not run five times over.
        if sum(times) > 30:
            break
        started = time.perf_counter()
        answer = run()
        times.append(time.perf_counter() - started)
    return times, [int(count) for count in answer]


def polars():
    import polars as pl

    c = pl.col

    def rule_of(rule):
        (a, b), (x, y) = sides("rd", rule["rdpct"]), sides("tax", rule["taxpct"])
        return (
            (c("emp") >= rule["emp"]) & (c("rev") >= rule["rev"])
            & ((c("rd") * a >= c("rev") * b) | (c("pat") >= rule["pat"]))
            & ((c("age") <= rule["age"]) | (c("tax") * x >= c("rev") * y)) & c("ind").is_in(rule["ind"])
        )

    expressions = [rule_of(rule).sum().alias(f"r{k}") for k, rule in enumerate(rules)]
    return timed(lambda: pl.scan_parquet(parquet).select(expressions).collect().row(0))


def duckdb():
    import duckdb as engine_

    connection = engine_.connect()
    connection.execute("SET threads=2")
    query = "SELECT " + ", ".join(f"count(*) FILTER (WHERE {sql(r)})" for r in rules) + f" FROM '{parquet}'"
    return timed(lambda: connection.execute(query).fetchall()[0])


def datafusion():
    from datafusion import SessionConfig, SessionContext

    context = SessionContext(SessionConfig().with_target_partitions(2))
    context.register_parquet("d", parquet)
    columns = ", ".join(f"sum(CASE WHEN {sql(r)} THEN 1 ELSE 0 END) AS r{k}" for k, r in enumerate(rules))

    def run():
        batches = [batch for batch in context.sql(f"SELECT {columns} FROM d").collect() if batch.num_rows]
        return [column[0].as_py() for column in batches[0].columns]

    return timed(run)


def arrays():
    import pyarrow.parquet as pq

    table = pq.read_table(parquet)
    return {name: table[name].fill_null(0).to_numpy() for name in table.column_names}


def numpy():
    import numpy as np

    d = arrays()

    def run():
        found = []
        for rule in rules:
            (a, b), (x, y) = sides("rd", rule["rdpct"]), sides("tax", rule["taxpct"])
            hit = (d["emp"] >= rule["emp"]) & (d["rev"] >= rule["rev"])
            hit &= (d["rd"] * a >= d["rev"] * b) | (d["pat"] >= rule["pat"])
            hit &= (d["age"] <= rule["age"]) | (d["tax"] * x >= d["rev"] * y)
            found.append((hit & np.isin(d["ind"], rule["ind"])).sum())
        return found

    return timed(run)


def builder():
    from openfisca_core.simulation_builder import SimulationBuilder

    return SimulationBuilder()


def country(inputs, formulas):
    """A system of one entity: facts of these kinds, one variable a formula; and the period they are of."""
    from openfisca_core.entities import Entity
    from openfisca_core.periods import YEAR
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    firm = Entity("firm", "firms", "An enterprise", "")
    firm.is_person = True
    system = TaxBenefitSystem([firm])
    common = dict(entity=firm, definition_period=YEAR)
    for name, kind in inputs.items():
        system.add_variable(type(name, (Variable,), dict(value_type=kind, label=name, **common)))
    for k, formula in enumerate(formulas):
        formula.__name__ = "formula"
        system.add_variable(type(f"r{k}", (Variable,), dict(value_type=bool, label=f"r{k}", formula=formula, **common)))
    return system, "2026"


def openfisca():
    """One variable a rule over one entity, as a country package would have it; int and float are 32 bits there."""
    import numpy as np

    inputs = dict(ind=int, emp=int, rev=float, rd=float, pat=int, age=int, tax=float)

    def formula_of(rule):
        def formula(firms, period):
            emp, rev, rd, pat, age, tax, ind = (firms(name, period) for name in ["emp", "rev", "rd", "pat", "age", "tax", "ind"])
            found = (emp >= rule["emp"]) * (rev >= rule["rev"]) * ((rd * 100 >= rev * rule["rdpct"]) + (pat >= rule["pat"]))
            return found * ((age <= rule["age"]) + (tax * 100 >= rev * rule["taxpct"])) * np.isin(ind, rule["ind"])

        return formula

    system, period = country(inputs, [formula_of(rule) for rule in rules])
    d = arrays()

    def run():
        simulation = builder().build_default_simulation(system, len(d["id"]))
        for name in inputs:
            simulation.set_input(name, period, d[name])
        return [simulation.calculate(f"r{k}", period).sum() for k in range(len(rules))]

    return timed(run)


# The industrial size classes of 2017, staff and revenue in yuan: (class, staff, revenue); else micro.
CLASSES = [("large", 1000, 400_000_000), ("medium", 300, 20_000_000), ("small", 20, 3_000_000)]
# Ten yuan short of large; staff not provided twice, once it matters and once it does not.
CASES = [(1000, 399_999_990), (None, 500_000_000), (None, 1_200_000)]


def traps():
    """The questions of the correctness column, put to the engine in the way it writes a cascade with an else."""
    if engine == "polars":
        import polars as pl

        frame = pl.DataFrame({"emp": [emp for emp, _ in CASES], "rev": [rev for _, rev in CASES]})
        told = pl
        for name, emp, rev in CLASSES:
            told = told.when((pl.col("emp") >= emp) & (pl.col("rev") >= rev)).then(pl.lit(name))
        return frame.select(told.otherwise(pl.lit("micro"))).to_series().to_list()
    if engine in ("duckdb", "datafusion"):
        whens = " ".join(f"WHEN emp >= {emp} AND rev >= {rev} THEN '{name}'" for name, emp, rev in CLASSES)
        rows = " UNION ALL ".join(
            f"SELECT {'CAST(NULL AS INT)' if emp is None else emp} AS emp, {rev} AS rev, {k} AS k" for k, (emp, rev) in enumerate(CASES)
        )
        query = f"SELECT CASE {whens} ELSE 'micro' END AS answer FROM ({rows}) AS d ORDER BY k"
        if engine == "duckdb":
            import duckdb as engine_

            return [row[0] for row in engine_.connect().execute(query).fetchall()]
        from datafusion import SessionContext

        return [value for batch in SessionContext().sql(query).collect() for value in batch.column(0).to_pylist()]
    if engine == "openfisca":
        def formula_of(least_emp, least_rev):
            return lambda firms, period: (firms("emp", period) >= least_emp) * (firms("rev", period) >= least_rev)

        system, period = country({"emp": int, "rev": float}, [formula_of(emp, rev) for _, emp, rev in CLASSES])
        firms = {f"f{k}": {"rev": {period: rev}} | ({} if emp is None else {"emp": {period: emp}}) for k, (emp, rev) in enumerate(CASES)}
        simulation = builder().build_from_dict(system, {"firms": firms})
        told = [simulation.calculate(f"r{k}", period) for k in range(len(CLASSES))]
        return [next((CLASSES[k][0] for k in range(len(CLASSES)) if told[k][case]), "micro") for case in range(len(CASES))]
    import numpy as np

    emp, rev = np.array([emp or 0 for emp, _ in CASES]), np.array([rev for _, rev in CASES])
    return np.select([(emp >= e) & (rev >= r) for _, e, r in CLASSES], [name for name, *_ in CLASSES], "micro").tolist()


times, counts = globals()[engine]()
print(json.dumps({"run": times, "counts": counts, "answers": [str(answer) for answer in traps()]}))
