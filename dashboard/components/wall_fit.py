"""How large the wall's letters must be: a character needs the distance ÷ 250 (screens.md); larger letters, fewer rows."""

from __future__ import annotations

from typing import Final, Literal

Fit = Literal["full", "lean", "bare"]

READABLE: Final = 250.0  # a character of 32 mm is read from 8 metres
CANVAS: Final = 1080.0  # units of the picture's height
LABEL: Final = 18.0  # units of the smallest letters of the default canvas
LARGEST: Final = 2.0  # beyond it a wall has no room for what it is there to say
LEAN: Final = 1.12  # from here on the side that moves slowly shows only in its own scene
BARE: Final = 1.5  # from here on hours, closure and support give way too


def letters_needed(height_m: float, distance_m: float) -> float:
    """Units of the canvas that a character needs on a picture so high, read from so far."""
    return distance_m / READABLE / height_m * CANVAS


def text_scale(height_m: float, distance_m: float) -> float:
    """How much larger than on the default canvas letters are set: 1 to 2, in hundredths, never rounded down."""
    needed = letters_needed(height_m, distance_m) / LABEL
    return min(max(-(-round(needed * 100, 6) // 1) / 100, 1.0), LARGEST)


def too_far(height_m: float, distance_m: float) -> bool:
    """Whether even the largest letters cannot be read from there."""
    return letters_needed(height_m, distance_m) > LABEL * LARGEST


def fit_of(scale: float) -> Fit:
    """How much there is room for beside letters of this scale."""
    return "full" if scale <= LEAN else "lean" if scale <= BARE else "bare"


def hours_size(scale: float) -> tuple[int, int]:
    """The size at which the chart of hours is drawn, so that its letters come out at the scale or larger, on one screen and on two."""
    single, double = (1794 - 880 * scale, 1510 - 300 * scale)
    if fit_of(scale) != "full":
        single, double = (1810 - 476 * scale, 1530 - 280 * scale)
    return round(min(single, double) / scale), 148
