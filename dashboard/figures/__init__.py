"""Charts: one chart, one file; each a function from numbers to a Plotly figure as a plain mapping, in the house style."""
