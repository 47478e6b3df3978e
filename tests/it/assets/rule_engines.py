"""Runs SQL statements (standard input, one JSON text a line) on DuckDB or Spark; prints the rows of each as one JSON line, or the error as a text."""
import atexit
import json
import os
import sys


def duckdb_runner():
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    return lambda sql: connection.execute(sql).fetchall()


def spark_runner():
    # The cluster is this machine, whatever its name resolves to.
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    atexit.register(session.stop)
    return lambda sql: [list(row) for row in session.sql(sql).collect()]


run = {"duckdb": duckdb_runner, "spark": spark_runner}[sys.argv[1]]()
for line in sys.stdin:
    try:
        answer = [list(row) for row in run(json.loads(line))]
    except Exception as error:  # told to the test, which names the statement
        answer = str(error)
    print(json.dumps(answer), flush=True)
