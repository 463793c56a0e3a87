"""The search index: one document per case, kept by the database itself.

Triggers write it in the transaction of the change, whoever makes it: a verb, an import, the
administration, a merge of customers (docs/adr/0037). A document has three kinds of words: marks
(the filters of the list), words (title, words, place, reference, what was said), and people (name,
email and phone of the customer), which only roles that see people search in.
"""

import time
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.migrations.operations import (
    AddIndex,
    RemoveIndex,
    RenameIndex,
    RunPython,
    RunSQL,
)

from heard.cases.states import OPEN

TABLE = "cases_search"
SAID, SAID_LENGTH = (
    40,
    2000,
)  # the latest messages of a case that are searched, and how far into each
CHUNK = 2000
PART = 17  # bits: PostgreSQL keeps 131,072 cases together, and looks through the newest first
A_MINUTE = 60.0
_newest: tuple[float, int] | None = None
_OPEN = ", ".join(f"'{state.value}'" for state in OPEN)
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡¿«»“”‘’–—…·\t\n\r"

# Columns of a case whose change changes its document.
WATCHED = (
    "reference", "title", "words", "place", "external_id", "customer_id", "division_id",
    "assignee_id", "service_id", "state", "customer_waits_since", "channel", "language",
)  # fmt: skip
WATCHED_OF_CUSTOMER = ("name", "email", "phone")

_MARKS = f"""
CASE WHEN c.state IN ({_OPEN}) OR c.customer_waits_since IS NOT NULL THEN 'xopen ' ELSE '' END
|| CASE WHEN c.state = 'waiting' THEN 'xwaiting ' ELSE '' END
|| CASE WHEN c.state IN ({_OPEN}) THEN '' ELSE 'xfinished ' END
|| 'd' || c.division_id || ' s' || c.service_id || ' a' || COALESCE(c.assignee_id, 0)
|| ' c' || c.channel || ' l' || c.language
"""
_SAID = """
COALESCE((SELECT {join} FROM (
    SELECT substr(m.words, 1, {length}) AS words FROM cases_message m
    WHERE m.case_id = c.id ORDER BY m.at DESC, m.id DESC LIMIT {count}) said), '')
"""
_WORDS = (
    "c.reference || ' ' || c.external_id || ' ' || c.title || ' ' || c.words || ' ' || c.place"
    " || ' ' || " + _SAID
)
# Of a number three spellings are kept: whole, the last ten digits, and the last seven.
_PEOPLE = """
COALESCE((SELECT p.name || ' ' || p.email || ' ' || p.digits || ' '
        || substr(p.digits, {minus10}) || ' ' || substr(p.digits, {minus7})
    FROM (SELECT name, email, {digits} AS digits FROM people_customer
          WHERE id = c.customer_id) p), '')
"""


def is_sqlite() -> bool:
    """Whether the database at hand is SQLite."""
    return connection.vendor == "sqlite"


# --- what a document holds ------------------------------------------------------------------------


def _document() -> str:
    """The SELECT list of a document: key and its words, from ``cases_case c``."""
    if is_sqlite():
        digits = "phone"
        for character in "-. ()+/":
            digits = f"replace({digits}, '{character}', '')"
        said = _WORDS.format(join="group_concat(said.words, ' ')", length=SAID_LENGTH, count=SAID)
        people = _PEOPLE.format(minus10=-10, minus7=-7, digits=digits)
        return f"SELECT c.id, {_MARKS}, {said}, {people} FROM cases_case c"  # noqa: S608
    said = _WORDS.format(join="string_agg(said.words, ' ')", length=SAID_LENGTH, count=SAID)
    people = _PEOPLE.format(
        minus10="greatest(length(p.digits) - 9, 1)",
        minus7="greatest(length(p.digits) - 6, 1)",
        digits="regexp_replace(phone, '[^0-9]', '', 'g')",
    )
    return (
        "SELECT c.id, c.desk_current, "  # noqa: S608
        f"setweight(to_tsvector('simple', heard_plain({people})), 'A') || "
        f"setweight(to_tsvector('simple', {_MARKS}), 'B') || "
        f"to_tsvector('simple', heard_plain({said})) FROM cases_case c"
    )


def _insert() -> str:
    columns = "rowid, marks, words, people" if is_sqlite() else "case_id, is_current, doc"
    return f"INSERT INTO {TABLE} ({columns}) {_document()}"


def _key() -> str:
    return "rowid" if is_sqlite() else "case_id"


# --- tables and triggers --------------------------------------------------------------------------


def _write_anew(cases: str) -> str:
    """Statements that write the documents of some cases again: ``= 7``, ``IN (SELECT …)``."""
    return (
        f"DELETE FROM {TABLE} WHERE {_key()} {cases};"  # noqa: S608
        f" {_insert()} WHERE c.id {cases};"
    )


def _changed(columns: tuple[str, ...]) -> str:
    sign = "IS NOT" if is_sqlite() else "IS DISTINCT FROM"
    return " OR ".join(f"OLD.{name} {sign} NEW.{name}" for name in columns)


def _triggers() -> list[tuple[str, str, str, str, str]]:
    """Name, moment, table, condition and statements of each trigger."""
    case, customer = "cases_case", "people_customer"
    gone = f"DELETE FROM {TABLE} WHERE {_key()} = OLD.id;"  # noqa: S608
    return [
        ("case_made", "INSERT", case, "", f"{_insert()} WHERE c.id = NEW.id;"),
        ("case_changed", "UPDATE", case, _changed(WATCHED), _write_anew("= NEW.id")),
        ("case_gone", "DELETE", case, "", gone),
        ("message_made", "INSERT", "cases_message", "", _write_anew("= NEW.case_id")),
        (
            "message_changed", "UPDATE", "cases_message", _changed(("words", "case_id")),
            _write_anew("= NEW.case_id") + _write_anew("= OLD.case_id"),
        ),
        ("message_gone", "DELETE", "cases_message", "", _write_anew("= OLD.case_id")),
        (
            "customer_changed", "UPDATE", customer, _changed(WATCHED_OF_CUSTOMER),
            _write_anew("IN (SELECT id FROM cases_case WHERE customer_id = NEW.id)"),
        ),
    ]  # fmt: skip


# PostgreSQL tells a trigger of all rows a statement inserts, so that an import writes the
# documents of a batch together and needs no plan per row.
_TOGETHER = {
    "case_made": lambda: f"{_insert()} WHERE c.id IN (SELECT id FROM made);",  # noqa: S608
    "message_made": lambda: _write_anew("IN (SELECT case_id FROM made)"),
}


# Without its own list of documents a beginning costs as much as all words that begin so together:
# at a million cases 60 ms for "water", 200 for two such. Each case costs 0.1 ms more to write.
_TABLE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5(marks, words, people, detail=column, columnsize=0,"
    " prefix='2 3 4 5 6 7 8', tokenize='unicode61 remove_diacritics 2')"
)


_LAYOUT = f"parts of {PART} bits"  # changed with whatever a document holds on PostgreSQL


def _made_otherwise() -> bool:
    """Whether the table at hand was made by an earlier version of this file."""
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [TABLE])
        else:
            cursor.execute(
                "SELECT COALESCE(obj_description(oid), '') FROM pg_class WHERE relname = %s"
                " AND pg_table_is_visible(oid)",
                [TABLE],
            )
        row = cursor.fetchone()
    return row is not None and row[0] != (_TABLE if is_sqlite() else _LAYOUT)


def _make_sqlite() -> Iterator[str]:
    yield _TABLE.replace("TABLE", "TABLE IF NOT EXISTS", 1)
    for name, moment, table, condition, body in _triggers():
        when = f"WHEN {condition} " if condition else ""
        yield (
            f"CREATE TRIGGER IF NOT EXISTS search_{name} AFTER {moment} ON {table} FOR EACH ROW"
            f" {when}BEGIN {body} END"
        )


def _make_postgres() -> Iterator[str]:
    plain, letters = _folding()
    marks, blanks = _quoted(_PUNCTUATION), _quoted(" " * len(_PUNCTUATION))
    # The long table of accents costs something for each letter; most texts have none.
    yield (
        "CREATE OR REPLACE FUNCTION heard_plain(given text) RETURNS text LANGUAGE sql IMMUTABLE"
        " PARALLEL SAFE AS $$ SELECT translate(CASE WHEN octet_length(given) = length(given)"
        f" THEN lower(given) ELSE translate(lower(given), {_quoted(letters)}, {_quoted(plain)})"
        f" END, {marks}, {blanks}) $$"
    )
    yield (
        f"CREATE TABLE IF NOT EXISTS {TABLE} (case_id bigint PRIMARY KEY,"
        " is_current boolean NOT NULL, doc tsvector NOT NULL) PARTITION BY RANGE (case_id)"
    )
    yield f"COMMENT ON TABLE {TABLE} IS {_quoted(_LAYOUT)}"
    yield f"CREATE INDEX IF NOT EXISTS {TABLE}_doc ON {TABLE} USING gin (doc)"
    yield f"CREATE INDEX IF NOT EXISTS {TABLE}_now ON {TABLE} USING gin (doc) WHERE is_current"
    for name, moment, table, condition, body in _triggers():
        when = f"FOR EACH ROW WHEN ({condition})" if condition else "FOR EACH ROW"
        if name in _TOGETHER:
            body, when = _TOGETHER[name](), "REFERENCING NEW TABLE AS made FOR EACH STATEMENT"
        yield (
            f"CREATE OR REPLACE FUNCTION search_{name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {body} RETURN NULL; END $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER search_{name} AFTER {moment} ON {table}"
            f" {when} EXECUTE FUNCTION search_{name}()"
        )
    yield (
        "CREATE OR REPLACE FUNCTION search_emptied() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN TRUNCATE {TABLE}; RETURN NULL; END $$"
    )
    yield (
        "CREATE OR REPLACE TRIGGER search_emptied AFTER TRUNCATE ON cases_case"
        " EXECUTE FUNCTION search_emptied()"
    )


def _folding() -> tuple[str, str]:
    """The plain letters of the Latin alphabets, and their accented ones."""
    plain, letters = "", ""
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(code))[0].lower()
        if base.isascii() and base.isalpha():
            letters, plain = letters + chr(code), plain + base
    return plain, letters


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _run(statements: Iterator[str] | list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def make_index() -> None:
    """Make table and triggers where they are missing."""
    _run(_make_sqlite() if is_sqlite() else _make_postgres())
    widen()


def newest_part() -> int:
    """The part with the newest case (PostgreSQL), looked up once a minute: others come slowly."""
    global _newest
    now = time.monotonic()
    if _newest is None or now - _newest[0] > A_MINUTE:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COALESCE(MAX(case_id), 0) >> {PART} FROM {TABLE}")  # noqa: S608
            _newest = now, int(cursor.fetchone()[0])
    return _newest[1]


@transaction.atomic
def widen() -> None:
    """Have a part ready beyond the newest case; the last one takes whatever comes after it.

    PostgreSQL's index gives every case that fits, and each must be read: in parts it can stop.
    """
    if is_sqlite():
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (COALESCE(MAX(id), 0) >> {PART}) + 2 FROM cases_case")  # noqa: S608
        needed = int(cursor.fetchone()[0])
        cursor.execute(f"SELECT COUNT(*) FROM pg_inherits WHERE inhparent = '{TABLE}'::regclass")  # noqa: S608
        there = int(cursor.fetchone()[0])
    if there > needed:
        return
    last = f"{TABLE}_last"
    statements = [
        f"CREATE TABLE {TABLE}_{part} PARTITION OF {TABLE} FOR VALUES"
        f" FROM ({part << PART if part else 'MINVALUE'}) TO ({(part + 1) << PART})"
        for part in range(max(there - 1, 0), needed)
    ]
    statements.append(
        f"CREATE TABLE {last} PARTITION OF {TABLE} FOR VALUES FROM ({needed << PART}) TO (MAXVALUE)"
    )
    if there:
        beyond = f"CREATE TEMP TABLE search_beyond AS SELECT * FROM {last}"  # noqa: S608
        back = f"INSERT INTO {TABLE} SELECT * FROM search_beyond"  # noqa: S608
        gone = [f"DROP TABLE {last}", "DROP TABLE search_beyond"]
        statements = [beyond, gone[0], *statements, back, gone[1]]
    _run(statements)


def drop_triggers() -> None:
    """Take the triggers off, so that tables may be altered; ``make_index`` puts them back."""
    triggers = [*_triggers(), ("emptied", "", "cases_case", "", "")]
    for name, _moment, table, _condition, _body in triggers:
        on = "" if is_sqlite() else f" ON {table}"
        _run([f"DROP TRIGGER IF EXISTS search_{name}{on}"])


# --- making it anew -------------------------------------------------------------------------------


def missing() -> int:
    """How many cases lack their document, less documents without a case. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT COUNT(*) FROM cases_case) - (SELECT COUNT(*) FROM {_counted()})"  # noqa: S608
        )
        return int(cursor.fetchone()[0])


def _counted() -> str:
    # Counting the virtual table itself would read every document.
    return f"{TABLE}_content" if is_sqlite() else TABLE


def rebuild() -> Iterator[tuple[int, int]]:
    """Write every document anew, some thousand a transaction; yields done and to do (case ids)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MIN(id), 0), COALESCE(MAX(id), 0) FROM cases_case")
        first, last = cursor.fetchone()
    with transaction.atomic():
        _run([f"DELETE FROM {TABLE} WHERE {_key()} < {first} OR {_key()} > {last}"])  # noqa: S608
        if not is_sqlite() and _is_empty():  # filled first, an index is made in a tenth of the time
            _run([f"DROP INDEX IF EXISTS {TABLE}_doc", f"DROP INDEX IF EXISTS {TABLE}_now"])
    for start in range(first, last + 1, CHUNK):
        end = min(start + CHUNK, last + 1)
        between = f"{start} AND {end - 1}"
        with transaction.atomic():
            _run([
                f"DELETE FROM {TABLE} WHERE {_key()} BETWEEN {between}",  # noqa: S608
                f"{_insert()} WHERE c.id BETWEEN {between}",
            ])  # fmt: skip
        yield end - first, last - first + 1
    make_index()
    if not is_sqlite():
        _run([f"ANALYZE {TABLE}"])


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {TABLE} LIMIT 1")  # noqa: S608
        return cursor.fetchone() is None


def before_migrations(plan: Sequence[Any] = (), **_rest: Any) -> None:
    """A table that is altered must not carry triggers: SQLite makes it anew under another name."""
    if plan and _is_ready():
        drop_triggers()


def after_migrations(plan: Sequence[Any] = (), **_rest: Any) -> None:
    """Triggers back in place; what migrations wrote without them is taken up."""
    if not _is_ready():
        return
    if _made_otherwise():
        _run([f"DROP TABLE {TABLE}"])
    make_index()
    if any(_touches(migration) for migration, _back in plan) or missing():
        for _done in rebuild():
            pass


def _touches(migration: Any) -> bool:
    """Whether a migration may have changed what documents hold: at a million cases it matters."""
    if migration.app_label not in {"cases", "people"}:
        return False
    indexes = (AddIndex, RemoveIndex, RenameIndex)  # of the table: no row is another
    return any(
        isinstance(operation, RunPython | RunSQL)
        or (
            not isinstance(operation, indexes)
            and str(getattr(operation, "model_name", "")).lower() in {"case", "message", "customer"}
        )
        for operation in migration.operations
    )


def _is_ready() -> bool:
    tables = connection.introspection.table_names()
    return {"cases_case", "cases_message", "people_customer"} <= set(tables)
