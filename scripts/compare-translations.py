"""Compares what Kùzu answers with what the translation of the same statement answers.

Usage: compare-translations.py BINARY FOLDER

FOLDER holds tables.cypher (Kùzu's tables), graph.jsonl (the rows, as `omnigraph load` takes them) and a file of statements for each
group. Lines of comments before a statement say more of it:

- `// params {...}`: its parameters.
- `// total`: its order leaves nothing open, so rows are compared in order; without it, as bags.
- `// refused by Kùzu`: openCypher has it and Kùzu does not. It is not counted.
- `// fails in Kùzu`: it writes, and Kùzu ends it with an error, so that the graph must stay as it is.

A statement without a translation is counted, never compared. One that writes runs on a fresh copy of the graph on both sides; then all
rows of the graph are compared, and what it returns. The script fails if a statement differs, or if Kùzu takes what is noted as refused,
or refuses another.
"""

import datetime
import decimal
import json
import math
import pathlib
import re
import shutil
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


class Tables:
    """What Kùzu says of its tables: the types of properties, the keys of nodes and the ends of relationships."""

    def __init__(self, connection):
        self.kinds, self.keys, self.ends = {}, {}, {}
        tables = connection.execute("CALL show_tables() RETURN *")
        at = tables.get_column_names().index("name")
        self.names = sorted(row[at] for row in rows_of(tables))
        for name in self.names:
            info = connection.execute(f"CALL table_info('{name}') RETURN *")
            columns = info.get_column_names()
            at = {column: columns.index(column) for column in columns}
            for row in rows_of(info):
                self.kinds[name, row[at["name"]]] = row[at["type"]]
                if "primary key" in at and row[at["primary key"]] is True:
                    self.keys[name] = row[at["name"]]
        for name in self.names:
            if name not in self.keys:
                shown = connection.execute(f"CALL show_connection('{name}') RETURN *")
                self.ends[name] = rows_of(shown)[0][:2]

    def properties(self, name):
        return [key for table, key in self.kinds if table == name]


def load(connection, folder):
    """Creates the tables and rows in Kùzu."""
    for statement, _ in statements(folder / "tables.cypher"):
        connection.execute(statement)
    tables = Tables(connection)
    for line in (folder / "graph.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        data = row.get("data", {})
        name = row.get("type") or row.get("edge")
        values = {key: literal(value, tables.kinds[name, key]) for key, value in data.items()}
        values = {key: value for key, value in values.items() if value is not None}
        given = [f"{key}: {taken(key, tables.kinds[name, key])}" for key in values]
        braces = " {" + ", ".join(given) + "}" if given else ""
        if "type" in row:
            connection.execute(f"CREATE (:{name}{braces})", values)
            continue
        start, end = tables.ends[name]
        text = (
            f"MATCH (a:{start} {{{tables.keys[start]}: $from_}}), (b:{end} {{{tables.keys[end]}: $to_}}) "
            f"CREATE (a)-[:{name}{braces}]->(b)"
        )
        connection.execute(text, {**values, "from_": row["from"], "to_": row["to"]})
    return tables


def their_graph(connection, tables):
    """All rows in Kùzu: the type, the ends if there are some, and the properties that are not null."""
    found = []
    for name in tables.names:
        own = tables.properties(name)
        columns = [f"x.{key}" for key in own]
        pattern, ends = f"(x:{name})", []
        if name in tables.ends:
            start, end = tables.ends[name]
            pattern = f"(a:{start})-[x:{name}]->(b:{end})"
            ends = [f"a.{tables.keys[start]}", f"b.{tables.keys[end]}"]
        rows = rows_of(connection.execute(f"MATCH {pattern} RETURN {', '.join(ends + columns) or 'x'}"))
        for row in rows:
            values = dict(zip(own, row[len(ends):]))
            found.append((name, tuple(row[:len(ends)]), graph_row(values)))
    return sorted(found, key=repr)


def our_graph(binary, store):
    """All rows in the store, in the same form."""
    done = run([binary, "export", "--store", store])
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    found = []
    for line in done.stdout.splitlines():
        row = json.loads(line)
        ends = (row["from"], row["to"]) if "edge" in row else ()
        found.append((row.get("type") or row["edge"], ends, graph_row(row.get("data", {}))))
    return sorted(found, key=repr)


def graph_row(values):
    return tuple(sorted((key, plain(value)) for key, value in values.items() if key != "id" and value is not None))


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
        hidden = {"_id", "_label", "_src", "_dst", "id", "from", "to"}
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


def answer(binary, store, file, name, params, writes):
    """The rows that a query of ours gives, as tuples in the order of the columns."""
    command = "mutate" if writes else "query"
    arguments = [binary, command, name, "--store", store, "--query", file, "--params", json.dumps(params), "--format", "json"]
    done = run(arguments)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or done.stdout.strip())
    document = json.loads(done.stdout)
    columns = [column["name"] for column in document.get("columns", [])]
    return [tuple(plain(row[column]) for column in columns) for row in document.get("rows", [])]


class Sides:
    """The same graph in Kùzu and here."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="compare-"))
        tables = run([binary, "translate", "--from", "kuzu", str(folder / "tables.cypher")])
        if tables.returncode != 0:
            sys.exit(f"the tables have no translation:\n{tables.stderr}")
        self.schema, self.store = self.scratch / "schema.pg", self.scratch / "graph"
        self.schema.write_text(tables.stdout, encoding="utf-8")
        data = str(folder / "graph.jsonl")
        for arguments in (["init", "--schema", str(self.schema), str(self.store)], ["load", "--store", str(self.store), "--data", data]):
            done = run([binary, *arguments])
            if done.returncode != 0:
                sys.exit(f"{arguments[0]} failed:\n{done.stderr}")
        # A database is closed before it is copied.
        self.loaded = self.scratch / "kuzu.db"
        database = kuzu.Database(str(self.loaded))
        connection = kuzu.Connection(database)
        self.tables = load(connection, folder)
        connection.close()
        database.close()
        self.copies = 0

    def theirs(self, statement, params):
        """What Kùzu returns, and its graph afterwards if that can have changed. Errors are Kùzu's."""
        writes = is_write(statement)
        path = self.loaded
        if writes:
            self.copies += 1
            path = self.scratch / f"kuzu-{self.copies}.db"
            shutil.copy(self.loaded, path)
        database = kuzu.Database(str(path), read_only=not writes)
        connection = kuzu.Connection(database)
        try:
            error, rows = None, []
            try:
                rows = [tuple(plain(value) for value in row) for row in rows_of(connection.execute(statement, params))]
            except RuntimeError as raised:
                error = str(raised).splitlines()[0]
            graph = their_graph(connection, self.tables) if writes else []
        finally:
            connection.close()
            database.close()
            if writes:
                path.unlink()
        return rows, graph, error

    def ours(self, statement, queries, name, params):
        """What the translation returns, and the graph afterwards if that can have changed."""
        if not is_write(statement):
            return answer(self.binary, str(self.store), queries, name, params, False), []
        copy = self.scratch / f"graph-{self.copies}"
        shutil.copytree(self.store, copy)
        try:
            rows = answer(self.binary, str(copy), queries, name, params, True)
            return rows, our_graph(self.binary, str(copy))
        finally:
            shutil.rmtree(copy)


def is_write(statement):
    return re.search(r"\b(CREATE|SET|DELETE|MERGE|REMOVE)\b", statement) is not None


class Group:
    """The figures of a file of statements."""

    def __init__(self, name):
        self.name = name
        self.statements = self.equal = self.refused = 0
        self.different, self.untranslated, self.misnoted = [], [], []


def compared(sides, source):
    """Compares the statements of a file."""
    binary = sides.binary
    done = run([binary, "translate", "--from", "kuzu", "--schema", str(sides.schema), "--format", "json", str(source)])
    document = json.loads(done.stdout)
    queries = sides.scratch / f"{source.stem}.gq"
    queries.write_text(document["files"][0]["text"], encoding="utf-8")
    outcomes = document["files"][0]["statements"]
    listed = statements(source)
    if len(outcomes) != len(listed):
        sys.exit(f"{source}: {len(listed)} statements are listed, and {len(outcomes)} were read")
    group = Group(source.stem)
    for (statement, notes), outcome in zip(listed, outcomes):
        params = {}
        for note in notes:
            if note.startswith("params "):
                params = json.loads(note[len("params "):])
        theirs, their_rows, error = sides.theirs(statement, params)
        if REFUSED in notes:
            group.refused += 1
            if error is None:
                group.misnoted.append((statement, "Kùzu takes it"))
            continue
        if (error is not None) != (FAILS in notes):
            group.misnoted.append((statement, error or "Kùzu does not fail"))
            continue
        group.statements += 1
        if not outcome["translated"]:
            group.untranslated.append(statement)
            continue
        try:
            ours, our_rows = sides.ours(statement, str(queries), outcome["query"], params)
        except RuntimeError as failed:
            group.different.append((statement, theirs, str(failed)))
            continue
        if "total" not in notes:
            theirs, ours = sorted(theirs, key=repr), sorted(ours, key=repr)
        if not near(tuple(theirs), tuple(ours)):
            group.different.append((statement, theirs, ours))
        elif not near(tuple(their_rows), tuple(our_rows)):
            changed = [row for row in their_rows if row not in our_rows], [row for row in our_rows if row not in their_rows]
            group.different.append((statement, *changed))
        else:
            group.equal += 1
    return group


REFUSED, FAILS = "refused by Kùzu", "fails in Kùzu"


def main():
    binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    sides = Sides(binary, folder)
    sources = sorted(path for path in folder.glob("*.cypher") if path.name != "tables.cypher")
    groups = [compared(sides, source) for source in sources]
    shutil.rmtree(sides.scratch)

    print(f"{'group':16}{'statements':>11}{'equal':>11}{'different':>11}{'untranslated':>14}{'refused by Kùzu':>17}")
    rows = [(g.name, g.statements, g.equal, len(g.different), len(g.untranslated), g.refused) for g in groups]
    total = ("all", *(sum(row[at] for row in rows) for at in range(1, 6)))
    for name, *figures in [*rows, total]:
        print(f"{name:16}" + "".join(f"{figure:>{width}}" for figure, width in zip(figures, (11, 11, 11, 14, 17))))
    print(f"Kùzu {kuzu.__version__}")
    for group in groups:
        for statement in group.untranslated:
            print(f"  {group.name}, not translated: {statement}")
        for statement, theirs, ours in group.different:
            print(f"  {group.name}, DIFFERENT: {statement}\n    Kùzu: {theirs}\n    here: {ours}")
        for statement, reason in group.misnoted:
            print(f"  {group.name}, the notes are WRONG: {statement}\n    {reason}")
    sys.exit(1 if any(group.different or group.misnoted for group in groups) else 0)


if __name__ == "__main__":
    main()
