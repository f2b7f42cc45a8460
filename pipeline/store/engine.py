"""The database: how it is opened, read and written."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import TypeVar

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from pipeline.errors import NotFound, StoreError
from pipeline.store.faults import BUSY_SECONDS, database_fault
from pipeline.store.tables import Base

_READERS_SECONDS = 1
"""How long emptying the log waits for readers; writers wait with it. Our own reads are over in a fraction of that."""
_MOST_OWED = 2**31 - 1  # what SQLite has room for

MIGRATIONS = Path(__file__).parent / "migrations"
Record = TypeVar("Record", bound=Base)


class Database:
    """Short sessions for reading and for writing; safe for threads and for several processes."""

    def __init__(self, url: str, home: Path) -> None:
        self.home = home
        # Hangul as it is: smaller, and legible to whoever looks into the file.
        to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
        self.engine = create_engine(url, json_serializer=to_json)
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        self._writing = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        if self._is_sqlite:
            _tune_sqlite(self.engine)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view of the data.

        Raises:
            StoreError: the database cannot be read.
        """
        with self._in_words(), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """All of the block or, when it raises, nothing of it; on SQLite one writer at a time. Keep it short.

        Raises:
            StoreError: the database cannot be written.
        """
        with self._in_words(), Session(self._writing) as session, session.begin():
            yield session

    @contextmanager
    def erase(self) -> Iterator[Session]:
        """Like ``write``, for a block that deletes: a scrub is owed from its commit on, whatever happens next.

        Raises:
            StoreError: the database cannot be written.
        """
        with self.write() as session:
            if self._is_sqlite:
                _owe(session.connection(), secrets.randbelow(_MOST_OWED) + 1)
            yield session

    def migrate(self) -> None:
        """Bring the tables to the form this version knows.

        Raises:
            StoreError: a newer PlateLoop has written the database, or it cannot be used.
        """
        with self._in_words(), self._writing.begin() as connection:
            _migrate(connection, self._place)

    def scrub(self) -> None:
        """Leave no trace of erased rows in the database's files; nothing happens where none is owed.

        SQLite's ``secure_delete`` alone is not enough: where it moved rows between pages, stale copies stay in
        the unused part of a page. Rewriting the file drops them, and the checkpoint empties the log. While somebody
        reads an older state out of the log it cannot be emptied; then the scrub stays owed to the next.

        Raises:
            StoreError: the database cannot be written.
        """
        if not self._is_sqlite:
            return
        with self._in_words(), self.engine.connect().execution_options(begin="") as connection:
            owed = _owed(connection)
            if not owed:
                return
            connection.exec_driver_sql("VACUUM")
            emptied = _empty_log(connection)
        if emptied:
            with self.write() as session:
                if _owed(session.connection()) == owed:  # another number: more was erased meanwhile
                    _owe(session.connection(), 0)

    def close(self) -> None:
        self.engine.dispose()

    @property
    def _place(self) -> str:
        return str(self.engine.url.database if self._is_sqlite else self.engine.url)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise database_fault(error, self.home, self._place) from error


def find_record(session: Session, kind: type[Record], key: int | str) -> Record:
    """
    Raises:
        NotFound: no such row.
    """
    record = session.get(kind, key)
    if record is None:
        noun = kind.__tablename__.removesuffix("s")
        raise NotFound(f"there is no {noun} {key}; it may have been deleted, so open the list again")
    return record


def insert_once(session: Session, record: Base) -> bool:
    """Add a row; False, and nothing happens, where another has its unique key already."""
    try:
        with session.begin_nested():
            session.add(record)
    except IntegrityError:
        return False
    return True


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: SqliteConnection, _: object) -> None:
        connection.isolation_level = None  # the begin below is ours, not the driver's
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock at once: a reader that turns into a writer later can fail without waiting.
        if statement := connection.get_execution_options().get("begin", "BEGIN"):
            connection.exec_driver_sql(statement)


def _owed(connection: Connection) -> int:
    """A number drawn by the last erasure that no scrub has followed, 0 when there is none.

    It is SQLite's ``user_version``: in the file itself, so that it comes and goes with a transaction.
    """
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _owe(connection: Connection, number: int) -> None:
    connection.exec_driver_sql(f"PRAGMA user_version = {number}")


def _empty_log(connection: Connection) -> bool:
    """False where somebody still reads an older state out of it."""
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {_READERS_SECONDS * 1000}")
    try:
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    return not busy


def _migrate(connection: Connection, place: str) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    steps = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current and current not in {step.revision for step in steps.walk_revisions()}:
        raise StoreError(
            f"{place} was written by a newer PlateLoop (its tables are at '{current}'); "
            "update PlateLoop, or set PLATELOOP_HOME to another folder"
        )
    if current != steps.get_current_head():
        command.upgrade(config, "head")
