"""Reads: rows and frames, always within the actor's area."""
