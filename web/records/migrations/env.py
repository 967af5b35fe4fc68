"""Alembic runs the migrations on the connection that web/records/database.py gives it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
