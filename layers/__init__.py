"""Frames in, map layers out."""
