"""The figures F01 … F26: each defined once, for the page, the API, the daily snapshot and the export alike."""
