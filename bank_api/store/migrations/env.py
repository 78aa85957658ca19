"""What Alembic runs: the migrations, within the transaction that `schema` began."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
