"""The typed interface for other systems and for the phone pages."""
