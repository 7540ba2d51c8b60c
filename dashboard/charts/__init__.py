"""Charts of the desks in Plotly, one house style: a builder takes data and gives a figure, `chart` puts it on a page."""

from dashboard.charts.component import chart, scheme
from dashboard.charts.gauge import gauge
from dashboard.charts.matrix import Cell, matrix
from dashboard.charts.ratio_by_day import ratio_by_day
from dashboard.charts.style import empty

__all__ = ["Cell", "chart", "empty", "gauge", "matrix", "ratio_by_day", "scheme"]
