"""The loader is strict, and tells all faults at once with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.errors import Refusal
from policy.loader import ProfileFault, check, load_profile

HEAD = """[profile]
code = "x"
short_code = "X"
name_zh = "某县"
name_en = "X"
level = "plan"
parent = "national"
"""

GOOD = """
[[value]]
key = "officers.minimum"
value = 2
unit = "count"
from = 2021-07-15
cite = { doc = "PL", clause = "42", quote = "执法人员不得少于两人" }
"""


def faults(tmp_path: Path, body: str, head: str = HEAD) -> list[ProfileFault]:
    path = tmp_path / "x.toml"
    path.write_text(head + body, "utf-8")
    return check(path)


def one(tmp_path: Path, body: str, head: str = HEAD) -> ProfileFault:
    found = faults(tmp_path, body, head)
    assert len(found) == 1, [str(f) for f in found]
    return found[0]


def line_of(text: str, part: str, nth: int = 1) -> int:
    lines = [n for n, line in enumerate((HEAD + text).splitlines(), 1) if part in line]
    return lines[nth - 1]


def test_a_sound_file_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD) == []


FAULTY = {
    "a key nobody declared": (GOOD.replace("officers.minimum", "officers.minimun"), "key =", "officers.minimun"),
    "no citation": ("\n".join(GOOD.splitlines()[:-1]) + "\n", "[[value]]", "basis"),
    "a wrong unit": (GOOD.replace('"count"', '"minute"'), "unit =", "minute"),
    "no unit where one is needed": (GOOD.replace('unit = "count"\n', ""), "[[value]]", "count"),
    "a value of the wrong kind": (GOOD.replace("value = 2", 'value = "two"'), "value =", "integer"),
    "no value": (GOOD.replace("value = 2\n", ""), "[[value]]", "no value"),
    "no date": (GOOD.replace("from = 2021-07-15\n", ""), "[[value]]", "from"),
    "a date that is text": (GOOD.replace("2021-07-15", '"2021-07-15"'), "from =", "date"),
    "an end before the beginning": (GOOD.replace("from =", "to = 2020-01-01\nfrom ="), "to =", "2020-01-01"),
    "a document that does not exist": (GOOD.replace('"PL"', '"XX"'), "cite =", "XX"),
    "a citation without quotation": (GOOD.replace(', quote = "执法人员不得少于两人"', ""), "cite =", "PL 42"),
    "a quotation that is not in the article": (GOOD.replace("不得少于两人", "不得少于三人"), "cite =", "PL 42"),
    "an article that does not exist": (GOOD.replace('clause = "42"', 'clause = "142"'), "cite =", "PL 142"),
    "an unknown field": (GOOD + "colour = 1\n", "colour", "colour"),
    "a default of ours that cites": (GOOD + 'basis = "ours"\n', "cite =", "ours"),
    "a number below zero": (GOOD.replace("value = 2", "value = -2"), "value =", "-2"),
    "a moment where a day is meant": (GOOD.replace("2021-07-15", "2021-07-15T00:00:00"), "from =", "date"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_is_reported_with_its_line(tmp_path: Path, name: str) -> None:
    body, where, says = FAULTY[name]
    fault = one(tmp_path, body)
    assert fault.line == line_of(body, where)
    assert fault.file.endswith("x.toml")
    assert says in fault.sentence
    assert fault.sentence_zh != fault.sentence


def test_a_share_is_never_above_one(tmp_path: Path) -> None:
    body = '\n[[value]]\nkey = "target.F01"\nvalue = 60\nunit = "share"\nfrom = 2024-01-01\n'
    body += 'cite = { doc = "LX", clause = "二(二)2", quote = "60%以上" }\n'
    assert "60" in one(tmp_path, body).sentence


def test_the_same_key_twice_from_the_same_day_names_the_first_line(tmp_path: Path) -> None:
    fault = one(tmp_path, GOOD + GOOD)
    assert fault.line == line_of(GOOD + GOOD, "[[value]]", 2)
    assert str(line_of(GOOD, "[[value]]")) in fault.sentence


def test_overlapping_dates_are_refused(tmp_path: Path) -> None:
    earlier = GOOD.replace("from = 2021-07-15", "from = 2021-07-15\nto = 2024-06-30")
    later = GOOD.replace("2021-07-15", "2024-06-30")
    assert "2024-06-30" in one(tmp_path, earlier + later).sentence
    assert faults(tmp_path, earlier + GOOD.replace("2021-07-15", "2024-07-01")) == []


def test_a_list_with_an_unknown_field_a_missing_field_and_a_repeated_code(tmp_path: Path) -> None:
    body = """
[[value]]
key = "grid.levels"
from = 2024-01-01
value = [
  { code = "a", name_zh = "甲", name_en = "A", colour = "red" },
  { code = "a", name_zh = "乙" },
]
basis = "ours"
"""
    said = " ".join(fault.sentence for fault in faults(tmp_path, body))
    for part in ("value[1].colour", "value[2].name_en", "“a” twice"):
        assert part in said


def test_a_choice_outside_the_vocabulary_is_refused(tmp_path: Path) -> None:
    body = '\n[[value]]\nkey = "item.reserved_penalties"\nvalue = ["fine", "flogging"]\nfrom = 2024-01-01\nbasis = "ours"\n'
    assert one(tmp_path, body).line == line_of(body, "value = ")


def test_a_deadline_that_rolls_must_say_on_what_ground(tmp_path: Path) -> None:
    body = """
[[value]]
key = "deadline.transfer"
unit = "deadline"
value.amount = 5
value.unit = "working_day"
value.start = "found_not_competent"
value.end = "transfer_sent"
value.whose = "organ"
value.rolls = true
from = 2024-01-01
basis = "ours"
"""
    assert "rolls_ground" in one(tmp_path, body).sentence
    assert "NO 1" in one(tmp_path, body.replace("rolls = true", 'rolls = true\nvalue.rolls_ground = "NO 1"')).sentence


DEADLINE = """
[[value]]
key = "deadline.sealing"
unit = "deadline"
value.amount = 30
value.unit = "calendar_day"
value.start = "sealed"
value.end = "released_or_decided"
value.whose = "organ"
value.extension = { amount = 30, unit = "calendar_day", times = 1 }
from = 2024-01-01
basis = "ours"
"""


@pytest.mark.parametrize(
    ("right", "wrong", "field"),
    [
        ("value.amount = 30", "value.amount = 0", "value.amount"),
        ("{ amount = 30", "{ amount = -30", "value.extension.amount"),
        ("times = 1", "times = 0", "value.extension.times"),
    ],
)
def test_a_period_lasts_at_least_one_of_its_units(tmp_path: Path, right: str, wrong: str, field: str) -> None:
    assert faults(tmp_path, DEADLINE) == []
    assert f"“{field}”" in one(tmp_path, DEADLINE.replace(right, wrong)).sentence


def test_a_number_is_finite(tmp_path: Path) -> None:
    share = '\n[[value]]\nkey = "target.F01"\nvalue = nan\nunit = "share"\nfrom = 2024-01-01\nbasis = "ours"\n'
    assert "number" in one(tmp_path, share).sentence


@pytest.mark.parametrize(
    "head", [HEAD + GOOD.replace("[[value]]", "[value]"), "value = 3\n" + HEAD, "documents = 3\n" + HEAD]
)
def test_a_table_written_another_way_is_not_passed_over(tmp_path: Path, head: str) -> None:
    assert "[[value]]" in one(tmp_path, "", head).sentence


def test_a_syntax_error_is_a_fault_with_its_line(tmp_path: Path) -> None:
    assert one(tmp_path, '\nkey = = "x"\n').line == len(HEAD.splitlines()) + 2


def test_a_parent_that_is_missing_or_no_higher_is_a_fault(tmp_path: Path) -> None:
    assert "nowhere" in one(tmp_path, "", HEAD.replace('"national"', '"nowhere"')).sentence
    assert "jindong" in one(tmp_path, "", HEAD.replace('"national"', '"jindong"')).sentence


def test_a_document_whose_text_is_missing_is_a_fault(tmp_path: Path) -> None:
    body = '\n[documents.MY]\ntitle_zh = "方案"\nstatus = "draft"\nfile = "my.txt"\n'
    assert "my.txt" in one(tmp_path, body).sentence


def test_a_county_can_quote_its_own_plan(tmp_path: Path) -> None:
    (tmp_path / "my.txt").write_text("一、总则\n二、力量\n（一）下沉\n1.乡镇执法力量\n占 55% 以上。\n", "utf-8")
    body = '\n[documents.MY]\ntitle_zh = "方案"\nstatus = "in_force"\nfile = "my.txt"\n'
    value = '\n[[value]]\nkey = "target.F01"\nvalue = 0.55\nunit = "share"\nfrom = 2024-01-01\n'
    assert faults(tmp_path, body + value + 'cite = { doc = "MY", clause = "二(一)1", quote = "占55%以上" }\n') == []
    assert len(faults(tmp_path, body + value + 'cite = { doc = "MY", clause = "二(一)1", quote = "占65%以上" }\n')) == 1


def test_all_faults_are_collected_not_only_the_first(tmp_path: Path) -> None:
    body = "".join(
        FAULTY[name][0] for name in ("a key nobody declared", "a wrong unit", "a document that does not exist")
    )
    found = faults(tmp_path, body.replace("2021-07-15", "2022-01-01", 1).replace("2021-07-15", "2023-01-01", 1))
    assert len(found) == 3
    both = faults(tmp_path, FAULTY["a key nobody declared"][0].replace('"PL"', '"XX"'))
    assert [part in " ".join(f.sentence for f in both) for part in ("minimun", "XX")] == [True, True]
    assert [f.line for f in found] == sorted(f.line for f in found)


def test_a_faulty_profile_is_refused_with_its_first_fault(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(HEAD + GOOD.replace("officers.minimum", "officers.minimun"), "utf-8")
    with pytest.raises(Refusal) as refused:
        load_profile("x", tmp_path)
    assert "x.toml:10" in refused.value.sentence("en")


def test_an_unknown_profile_names_those_that_are_known() -> None:
    with pytest.raises(Refusal) as refused:
        load_profile("atlantis")
    assert "jindong" in refused.value.sentence("zh")


def test_a_quotation_of_a_character_or_two_proves_nothing(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, GOOD.replace("执法人员不得少于两人", "不得"))
    assert "too short to decide anything" in fault.sentence
