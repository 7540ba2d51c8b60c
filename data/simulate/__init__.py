"""A believable county-year by seed, and a live mode that goes on with it."""

from data.simulate.build import DemoReport, World, build_demo, imagine

__all__ = ["DemoReport", "World", "build_demo", "imagine"]
