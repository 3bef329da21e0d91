"""Alembic's entry point: runs on the connection that the survey store hands over."""

from alembic import context

from data.survey.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
