"""How long leads take from receipt to closure: a bar for each class of hours, the median's class strong."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.style import Figure, Scheme, axis, fade, layout, palette


def closure(
    labels: Sequence[str],
    counts: Sequence[int],
    median_class: int | None,
    *,
    scheme: Scheme = "light",
    width: int | None = None,
    height: int | None = None,
) -> Figure:
    """Counts by class; `labels` name the lower edges of the classes, written between the bars; the class that holds the median is drawn in full, the others paler."""
    colours = palette(scheme)
    fills = [colours.accent if n == median_class else fade(colours.accent, 0.5) for n in range(len(counts))]
    bars = {
        "type": "bar",
        "x": list(range(len(counts))),
        "y": list(counts),
        "customdata": list(labels),
        "marker": {"color": fills, "line": {"width": 0}},
        "hovertemplate": "≥ %{customdata} · %{y}<extra></extra>",
    }
    return {
        "data": [bars],
        "layout": layout(
            scheme,
            width=width,
            height=height,
            bargap=0.16,
            xaxis=axis(
                scheme,
                tickvals=[n - 0.5 for n in range(len(labels))],
                ticktext=list(labels),
                tickangle=0,
                range=[-0.62, len(counts) - 0.4],
            ),
            yaxis=axis(scheme, visible=False, range=[0, max([*counts, 1]) * 1.08]),
        ),
    }


def class_of(edges: Sequence[float], value: float | None) -> int | None:
    """Index of the class (from each edge up to the next, the last one open) that holds `value`."""
    if value is None:
        return None
    return max((n for n, edge in enumerate(edges) if edge <= value), default=0)
