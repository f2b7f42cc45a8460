"""Recipes that somebody saved: what they hold is the business of ``pipeline.flow``, here it is JSON under a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from pipeline.store.engine import Database, insert_once
from pipeline.store.tables import RecipeRecord


class Recipes:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, name: str, recipe: dict[str, Any]) -> bool:
        """Keep a recipe; False, and nothing happens, where the name is taken.

        Raises:
            StoreError: the state folder cannot be written.
        """
        with self._database.write() as session:
            return insert_once(session, RecipeRecord(name=name, recipe=recipe, created=self._clock()))

    def all(self) -> dict[str, dict[str, Any]]:
        """Every saved recipe by its name, the oldest first."""
        with self._database.read() as session:
            records = session.scalars(select(RecipeRecord).order_by(RecipeRecord.created, RecipeRecord.name))
            return {record.name: record.recipe for record in records}

    def delete(self, name: str) -> bool:
        """False where there is none of that name.

        Raises:
            StoreError: the state folder cannot be written.
        """
        with self._database.erase() as session:
            record = session.get(RecipeRecord, name)
            if record is not None:
                session.delete(record)
        self._database.scrub()
        return record is not None
