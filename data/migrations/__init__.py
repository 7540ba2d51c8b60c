"""Revisions of the schema; every one runs in a single transaction on both databases (data/migrate.py)."""
