"""Drills 演练 (JD 二(四)12): a record of their own, built from the county's grid, people and units, and never mixed with it."""
