"""The store: every table, its migrations, and small modules that read and write one noun each."""
