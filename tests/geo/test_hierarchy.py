import pytest
import shapely

from geo.errors import GridError
from geo.hierarchy import Cell, Hierarchy


def cell(code: str, level: int, parent: str | None, x: float = 0.0) -> Cell:
    return Cell(code, f"cell {code}", level, parent, shapely.box(x, 0, x + 1, 1))


def county() -> list[Cell]:
    return [
        cell("A11", 2, "A1"),
        cell("A", 0, None),
        cell("A2", 1, "A"),
        cell("A1", 1, "A"),
        cell("A12", 2, "A1"),
    ]


def codes(cells) -> list[str]:
    return [c.code for c in cells]


def test_every_listing_is_in_the_order_of_codes_whatever_the_order_given():
    for given in (county(), county()[::-1]):
        tree = Hierarchy(given)
        assert codes(tree) == ["A", "A1", "A11", "A12", "A2"]
        assert codes(tree.children("A")) == ["A1", "A2"]
        assert codes(tree.leaves()) == ["A11", "A12", "A2"]
        assert codes(tree.at_level(2)) == ["A11", "A12"]
        assert codes(tree.descendants("A1")) == ["A11", "A12"]


def test_the_chain_runs_from_the_county_down_to_the_cell():
    tree = Hierarchy(county())
    assert tree.chain("A12") == ("A", "A1", "A12")
    assert tree.ancestor("A12", 1).code == "A1"
    assert tree.ancestor("A2", 2) is None
    assert tree.parent("A") is None
    assert tree.depth == 2


def test_a_town_can_be_taken_out_as_its_own_tree():
    town = Hierarchy(county()).subtree("A1")
    assert [(c.code, c.level, c.parent) for c in town] == [("A1", 0, None), ("A11", 1, "A1"), ("A12", 1, "A1")]


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (cell("A1", 1, "A"), "duplicate_code"),
        (cell("B", 0, None), "several_counties"),
        (cell("C1", 1, "C"), "orphan"),
        (cell("C1", 1, None), "orphan"),
        (cell("A111", 3, "A1"), "level_skipped"),
        (cell("A9", 7, "A"), "too_deep"),
    ],
)
def test_a_broken_tree_is_refused_and_named(extra, code):
    with pytest.raises(GridError) as refused:
        Hierarchy([*county(), extra])
    assert refused.value.code == code


def test_a_tree_without_a_county_is_refused():
    with pytest.raises(GridError, match="no_county"):
        Hierarchy([])
