"""A believable county-year by seed, and a live mode that goes on with it."""

from data.simulate.build import DemoReport, build_demo, imagine
from data.simulate.live import LiveSimulation, LiveStep
from data.simulate.newleads import LeadMaker, next_lead
from data.simulate.tables import World

__all__ = ["DemoReport", "LeadMaker", "LiveSimulation", "LiveStep", "World", "build_demo", "imagine", "next_lead"]
