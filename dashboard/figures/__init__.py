"""Charts: one chart, one file, in the house style (light, dark, wall, print); still ones are SVG, live ones Plotly figures."""
