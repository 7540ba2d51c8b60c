"""The record: what is written, by whom, in which order, and how it is read."""
