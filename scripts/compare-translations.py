"""Compares what Kùzu answers with what the translation of the same statement answers.

Usage: compare-translations.py BINARY FOLDER

FOLDER holds tables.cypher (Kùzu's tables), graph.jsonl (the rows, as `omnigraph load` takes them) and statements.cypher. A line
`// params {...}` before a statement gives its parameters. Rows are compared in order where the statement has an `ORDER BY` and a line
`// total` before it says that its order leaves nothing open, and as bags otherwise. A statement without a translation is counted,
never compared; one that Kùzu refuses is an error of the list.
"""

import datetime
import decimal
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import kuzu


def statements(path):
    """The statements of a file, each with the lines of comments before it."""
    found, notes, text = [], [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("//"):
            notes.append(line[2:].strip())
            continue
        text += line + "\n"
        if line.rstrip().endswith(";"):
            found.append((text.strip().rstrip(";"), notes))
            notes, text = [], ""
    return found


def literal(value, kind):
    """A value of the rows as Kùzu's parameters take it."""
    if value is None:
        return None
    if kind == "DATE":
        return datetime.date.fromisoformat(value)
    if kind.startswith("TIMESTAMP"):
        return datetime.datetime.fromisoformat(value.replace("Z", "+00:00")).replace(tzinfo=None)
    if kind == "DOUBLE":
        return float(value)
    return value


def taken(key, kind):
    """A parameter as the value of a property: what Python gives for an instant is none of Kùzu's TIMESTAMP_MS by itself."""
    return f"cast(${key} AS {kind})" if kind.startswith("TIMESTAMP_") else f"${key}"


def load(connection, folder):
    """Creates the tables and rows in Kùzu. Properties of tables are asked of Kùzu itself."""
    for statement, _ in statements(folder / "tables.cypher"):
        connection.execute(statement)
    kinds, keys, ends = {}, {}, {}
    tables = connection.execute("CALL show_tables() RETURN *")
    names = [row[tables.get_column_names().index("name")] for row in rows_of(tables)]
    for name in names:
        info = connection.execute(f"CALL table_info('{name}') RETURN *")
        columns = info.get_column_names()
        at = {column: columns.index(column) for column in columns}
        for row in rows_of(info):
            kinds[name, row[at["name"]]] = row[at["type"]]
            if "primary key" in at and row[at["primary key"]] is True:
                keys[name] = row[at["name"]]
    for name in names:
        if name not in keys:
            shown = connection.execute(f"CALL show_connection('{name}') RETURN *")
            ends[name] = rows_of(shown)[0][:2]
    for line in (folder / "graph.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        data = row.get("data", {})
        name = row.get("type") or row.get("edge")
        values = {key: literal(value, kinds[name, key]) for key, value in data.items()}
        values = {key: value for key, value in values.items() if value is not None}
        given = [f"{key}: {taken(key, kinds[name, key])}" for key in values]
        braces = " {" + ", ".join(given) + "}" if given else ""
        if "type" in row:
            connection.execute(f"CREATE (:{name}{braces})", values)
            continue
        start, end = ends[name]
        text = (
            f"MATCH (a:{start} {{{keys[start]}: $from_}}), (b:{end} {{{keys[end]}: $to_}}) "
            f"CREATE (a)-[:{name}{braces}]->(b)"
        )
        connection.execute(text, {**values, "from_": row["from"], "to_": row["to"]})


def rows_of(result):
    rows = []
    while result.has_next():
        rows.append(result.get_next())
    return rows


def plain(value):
    """A value in the form in which both sides are compared: numbers by value, times as text."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, decimal.Decimal):
        # A sum of integers has 128 bits in Kùzu.
        value = int(value)
    if isinstance(value, (int, float)):
        return float(value) if abs(value) < 2**53 else value
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return tuple(plain(item) for item in value)
    if isinstance(value, dict):
        hidden = {"_id", "_label", "_src", "_dst", "id"}
        return tuple(sorted((key, plain(item)) for key, item in value.items() if key not in hidden))
    return str(value)


def near(left, right):
    """Whether two values are equal, floating-point numbers up to their last digits."""
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(near(a, b) for a, b in zip(left, right))
    return type(left) is type(right) and left == right


def run(arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def answer(binary, store, file, name, params):
    """The rows that a query of ours gives, as tuples in the order of the columns."""
    arguments = [binary, "query", name, "--store", store, "--query", file, "--params", json.dumps(params), "--format", "json"]
    done = run(arguments)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or done.stdout.strip())
    document = json.loads(done.stdout)
    columns = [column["name"] for column in document["columns"]]
    return [tuple(plain(row[column]) for column in columns) for row in document["rows"]]


def main():
    binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="compare-"))
    tables = run([binary, "translate", "--from", "kuzu", str(folder / "tables.cypher")])
    if tables.returncode != 0:
        sys.exit(f"the tables have no translation:\n{tables.stderr}")
    schema, store = scratch / "schema.pg", str(scratch / "graph")
    schema.write_text(tables.stdout, encoding="utf-8")
    for arguments in (["init", "--schema", str(schema), store], ["load", "--store", store, "--data", str(folder / "graph.jsonl")]):
        done = run([binary, *arguments])
        if done.returncode != 0:
            sys.exit(f"{arguments[0]} failed:\n{done.stderr}")
    connection = kuzu.Connection(kuzu.Database(str(scratch / "kuzu.db")))
    load(connection, folder)

    source = folder / "statements.cypher"
    done = run([binary, "translate", "--from", "kuzu", "--schema", str(schema), "--format", "json", str(source)])
    document = json.loads(done.stdout)
    queries = scratch / "queries.gq"
    queries.write_text(document["files"][0]["text"], encoding="utf-8")
    outcomes = document["files"][0]["statements"]
    listed = statements(source)
    if len(outcomes) != len(listed):
        sys.exit(f"{len(listed)} statements are listed, and {len(outcomes)} were read")

    equal, without, wrong = 0, [], []
    for (statement, notes), outcome in zip(listed, outcomes):
        if not outcome["translated"]:
            without.append(statement)
            continue
        params = {}
        for note in notes:
            if note.startswith("params "):
                params = json.loads(note[len("params "):])
        theirs = [tuple(plain(value) for value in row) for row in rows_of(connection.execute(statement, params))]
        try:
            ours = answer(binary, store, str(queries), outcome["query"], params)
        except RuntimeError as error:
            wrong.append((statement, theirs, str(error)))
            continue
        if "total" not in notes:
            theirs, ours = sorted(theirs, key=repr), sorted(ours, key=repr)
        if near(tuple(theirs), tuple(ours)):
            equal += 1
        else:
            wrong.append((statement, theirs, ours))
    print(f"{len(listed)} statements: {equal} equal, {len(wrong)} different, {len(without)} without a translation (Kùzu {kuzu.__version__})")
    for statement in without:
        print(f"  not translated: {statement}")
    for statement, theirs, ours in wrong:
        print(f"  DIFFERENT: {statement}\n    Kùzu: {theirs}\n    here: {ours}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
