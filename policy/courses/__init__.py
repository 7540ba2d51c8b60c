"""The tables of every matter's course, one module a kind of matter."""
