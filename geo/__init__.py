"""Geometry of the grid and time on the road. Pure."""
