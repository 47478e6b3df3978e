"""The bench of the sweep: report.py OURS FOLDER [--big]. OURS is the built example `bench`.

Makes data and rules, asks every engine for its counts, compares them before any time is told, and prints a table with the
median of five beside the load of the machine. Engines that are not installed are named and left out.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys

here = pathlib.Path(__file__).parent
ours, folder, big = sys.argv[1], pathlib.Path(sys.argv[2]), "--big" in sys.argv
REPEATS, RULES = "5", 300
folder.mkdir(parents=True, exist_ok=True)


def load():
    return os.getloadavg()[0]


def script(name, *args, threads=None):
    environment = dict(os.environ, POLARS_MAX_THREADS="2") if threads else dict(os.environ)
    done = subprocess.run([sys.executable, str(here / name), *map(str, args)], capture_output=True, text=True, env=environment)
    if done.returncode:
        return None, (done.stderr.strip().splitlines() or ["no message"])[-1]
    return done.stdout, None


def memory(command):
    """Runs a command; its output and its greatest memory in MB."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    text = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{command[0]} failed")
    return json.loads(text), usage.ru_maxrss / 1024


SAMPLE = 2_000


def sample(data):
    """The first enterprises as JSON rows, for engines that take one at a time."""
    code = (
        "import json,sys,pyarrow.parquet as pq;"
        f"t=next(pq.ParquetFile(sys.argv[1]).iter_batches({SAMPLE}));json.dump(t.to_pylist(),open(sys.argv[2],'w'))"
    )
    subprocess.run([sys.executable, "-c", code, str(data), str(folder / "sample.json")], check=True)
    return json.load(open(folder / "sample.json"))


def holds(rule, e):
    research = e["rd"] is not None and e["rd"] * 100 >= e["rev"] * rule["rdpct"] or e["pat"] >= rule["pat"]
    young = e["age"] <= rule["age"] or e["tax"] * 100 >= e["rev"] * rule["taxpct"]
    return e["emp"] >= rule["emp"] and e["rev"] >= rule["rev"] and research and young and e["ind"] in rule["ind"]


# What is right: ten yuan short of large is medium; staff not provided is unknown at a revenue of 500 million, micro at 1.2 million.
RIGHT = ["medium", "unknown", "micro"]


def told(answers, missing="no"):
    """The correctness columns: each answer, marked where it is wrong."""
    marked = [answer if answer == right else f"**{answer}**" for answer, right in zip(answers, RIGHT)]
    return " | ".join([*marked, missing])


def one_by_one(name, command, data, rules, own, pairs):
    """An engine of single rows on a sample; its counts against a plain reading of the rules, its time as if it had gone on."""
    rows, wanted = sample(data), json.load(open(rules))
    done = subprocess.run([*map(str, command), str(rules), str(folder / "sample.json")], capture_output=True, text=True)
    if done.returncode:
        print(f"| {name} | - | - | - | left out: {(done.stderr.strip().splitlines() or ['no message'])[-1]} | | | | |")
        return
    other = json.loads(done.stdout)
    expected = [sum(holds(rule, row) for row in rows) for rule in wanted]
    counts = "equal" if other["counts"] == expected else "differ"
    rate = SAMPLE * RULES / other["run"][0]
    print(f"| {name} | ({pairs / rate:.0f}) | - | {rate:.2e} | {counts}, of {SAMPLE:,} | {told(other['answers'])} |", flush=True)
    print(f"  wanqi is {pairs / own / rate:.0f} times as fast as {name}; load {load():.1f}", file=sys.stderr)


def json_rules_engine():
    """Installs it beside the data; how it is started."""
    packages = folder / "npm"
    packages.mkdir(exist_ok=True)
    (packages / "package.json").write_text('{"private": true}')
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", "json-rules-engine@7.3.1"]
    try:
        subprocess.run(install, cwd=packages, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"json-rules-engine cannot be installed: {error}", file=sys.stderr)
    return ["node", here / "json_rules_engine.mjs", packages.resolve()]


def row(name, times, pairs, counts, answers):
    middle = statistics.median(times)
    print(f"| {name} | {middle:.3f} | {min(times):.3f} | {pairs / middle:.2e} | {counts} | {answers} |", flush=True)
    return middle


def table(n, rules, engines):
    """`rules` without its ending: a pack for us, JSON for the others."""
    pack, rules = rules.with_suffix(".md"), rules.with_suffix(".json")
    data, pairs = folder / f"data_{n}.parquet", n * RULES
    mine, peak = memory([ours, str(pack), str(data), "2", REPEATS])
    print(f"\n{n:,} enterprises x {RULES} rules ({rules.stem}), from Parquet, 2 threads; load {load():.1f}\n")
    print("| engine | median s | best s | pairs/s | counts | 399,999,990 yuan | `?` staff, 500 million | `?` staff, 1.2 million | what is missing |")
    print("|---|---|---|---|---|---|---|---|---|")
    answers = mine["answers"]
    right = told([answers["below"], answers["open"], answers["small"]], answers["missing"])
    own = row("wanqi", mine["run"], pairs, f"{sum(mine['unknown']):,} unknown; {peak:.0f} MB", right)
    for engine in engines:
        text, reason = script("peers.py", engine, rules, data, REPEATS, threads=2)
        if reason:
            print(f"| {engine} | - | - | - | left out: {reason} | | | | |")
            continue
        other = json.loads(text)
        different = sum(a != b for a, b in zip(other["counts"], mine["true"]))
        counts = "equal" if different == 0 else f"{different} of {RULES} differ"
        middle = row(engine, other["run"], pairs, counts, told(other["answers"]))
        print(f"  wanqi is {middle / own:.1f} times as fast as {engine}; load {load():.1f}", file=sys.stderr)
    if len(engines) > 1:
        one_by_one("json-rules-engine", json_rules_engine(), data, rules, own, pairs)
        one_by_one("GoRules ZEN", [sys.executable, here / "gorules_zen.py"], data, rules, own, pairs)
    return own, mine, peak


text, reason = script("generate.py", folder, 1_000_000, RULES)
if reason:
    sys.exit(f"the data cannot be made: {reason}")
everyone = ["polars", "duckdb", "datafusion", "openfisca", "numpy"]
own, mine, peak = table(1_000_000, folder / f"rules_{RULES}", everyone)
table(1_000_000, folder / f"free_{RULES}", ["polars"])
print(f"\nread the pack {mine['load']:.3f} s, compile it {mine['compile']:.3f} s; explain one enterprise, {RULES} rules, every condition and change {mine['explain'] * 1000:.1f} ms, and as JSON {mine['as_json'] * 1000:.1f} ms more")
rules, out = folder / f"rules_{RULES}.md", folder / "answers.parquet"
written, peak_written = memory([ours, str(rules), str(folder / "data_1000000.parquet"), "2", "1", str(out)])
print(f"with all answers written ({3 * RULES + 1} columns): {written['write']:.2f} s, {peak_written:.0f} MB of memory, a file of {out.stat().st_size / 1e6:.0f} MB")
if big:
    script("generate.py", folder, 10_000_000, RULES)
    ten, ten_peak = memory([ours, str(rules), str(folder / "data_10000000.parquet"), "2", REPEATS])
    middle = statistics.median(ten["run"])
    print(f"10,000,000 enterprises: {middle:.2f} s, {middle / own:.1f} times 1,000,000; {ten_peak:.0f} MB against {peak:.0f} MB; load {load():.1f}")
