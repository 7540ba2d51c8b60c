"""What runs by the clock, exactly once."""
