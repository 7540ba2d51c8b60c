"""Daily brief, weekly and monthly report: read from the snapshots, set without a browser, kept as they were made."""
