"""Charts of the desks in Plotly, one house style: a builder takes data and gives a figure, `chart` puts it on a page."""

from dashboard.charts.component import chart, scheme
from dashboard.charts.decided import decided
from dashboard.charts.funnel import funnel
from dashboard.charts.gauge import gauge
from dashboard.charts.matrix import Cell, matrix
from dashboard.charts.multiples import Small, multiples
from dashboard.charts.ratio_by_day import ratio_by_day
from dashboard.charts.response import Arrivals, response
from dashboard.charts.style import empty

__all__ = [
    "Arrivals",
    "Cell",
    "Small",
    "chart",
    "decided",
    "empty",
    "funnel",
    "gauge",
    "matrix",
    "multiples",
    "ratio_by_day",
    "response",
    "scheme",
]
