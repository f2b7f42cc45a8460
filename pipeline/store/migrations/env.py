"""Runs the migrations on the connection that ``pipeline.store.engine`` hands over."""

from alembic import context

from pipeline.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,  # all steps or none, on SQLite too
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
