"""A mixed-integer model written row by row and solved by HiGHS (through `scipy.optimize.milp`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NewType

Var = NewType("Var", int)
ENDLESS: Final = float("inf")
FEASIBLE: Final = (0, 1)  # of milp: solved; out of time with a solution at hand


@dataclass(frozen=True, slots=True)
class Solved:
    """A solution: its cost, the cost no solution can undercut, and the value of each variable."""

    value: float
    bound: float
    values: Any  # one-dimensional array of floats

    def of(self, var: Var) -> float:
        """The value of a variable."""
        return float(self.values[var])


class Model:
    """Variables from 0 to a limit, whole or not, and rows that bound their sums."""

    def __init__(self) -> None:
        self._limits: list[float] = []
        self._whole: list[int] = []
        self._rows: list[tuple[Mapping[Var, float], float, float]] = []

    def whole(self, limit: float) -> Var:
        """A whole number from 0 to `limit`."""
        return self._var(limit, 1)

    def part(self, limit: float = 1.0) -> Var:
        """A number from 0 to `limit`, not necessarily whole."""
        return self._var(limit, 0)

    def limit(self, var: Var, limit: float) -> None:
        """From now on `var` is `limit` at most."""
        self._limits[var] = limit

    def limit_of(self, var: Var) -> float:
        """The most `var` may be."""
        return self._limits[var]

    def at_most(self, terms: Mapping[Var, float], most: float) -> None:
        """The sum of `terms` is `most` at most."""
        self._rows.append((dict(terms), -ENDLESS, most))

    def at_least(self, terms: Mapping[Var, float], least: float) -> None:
        """The sum of `terms` is `least` at least."""
        self._rows.append((dict(terms), least, ENDLESS))

    def equal(self, terms: Mapping[Var, float], value: float) -> None:
        """The sum of `terms` is `value`."""
        self._rows.append((dict(terms), value, value))

    def minimise(self, cost: Mapping[Var, float], *, seconds: float | None = None) -> Solved:
        """The least cost, proven, or the best found within `seconds`; raises ArithmeticError where there is none."""
        import numpy as np
        from scipy.optimize import Bounds, milp

        if not self._limits:
            return Solved(0.0, 0.0, np.zeros(0))
        costs = np.zeros(len(self._limits))
        costs[list(cost)] = list(cost.values())
        found = milp(
            costs,
            integrality=np.array(self._whole),
            bounds=Bounds(0.0, np.array(self._limits)),
            constraints=_matrix(self._rows, len(self._limits)),
            options={"mip_rel_gap": 0.0, "time_limit": seconds or ENDLESS},
        )
        if found.status not in FEASIBLE or found.x is None:
            raise ArithmeticError(found.message)
        bound = found.fun if found.mip_dual_bound is None else found.mip_dual_bound
        return Solved(float(found.fun), float(bound), found.x)

    def _var(self, limit: float, whole: int) -> Var:
        self._limits.append(float(limit))
        self._whole.append(whole)
        return Var(len(self._limits) - 1)


def _matrix(rows: Iterable[tuple[Mapping[Var, float], float, float]], width: int) -> Any:
    """The rows as one sparse constraint; none where there are no rows."""
    import numpy as np
    from scipy.optimize import LinearConstraint
    from scipy.sparse import csr_array

    kept = [row for row in rows if row[0]]
    if not kept:
        return ()
    starts = np.cumsum([0, *(len(terms) for terms, _, _ in kept)])
    columns = np.fromiter((var for terms, _, _ in kept for var in terms), dtype=np.int64, count=starts[-1])
    amounts = np.fromiter((a for terms, _, _ in kept for a in terms.values()), dtype=float, count=starts[-1])
    table = csr_array((amounts, columns, starts), shape=(len(kept), width))
    return LinearConstraint(table, [low for _, low, _ in kept], [high for _, _, high in kept])
