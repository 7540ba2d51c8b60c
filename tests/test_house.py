"""The house: one catalogue in two languages, arrows that run one way, modules one can read, no paths of some machine."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from policy.text import LANGUAGES, catalogue

ROOT = Path(__file__).parents[1]
ROOMS = ("policy", "geo", "data", "layers", "dashboard", "api", "jobs")
LONGEST = 400  # lines of a module
SAYERS = {"say", "t", "has", "Word", "Refusal", "for_", "against"}


def _tracked(*endings: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    names = (
        listed.split("\0") if listed else [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if ".venv" not in p.parts]
    )
    return sorted(ROOT / name for name in names if name.endswith(endings) and (ROOT / name).is_file())


@cache
def sources() -> tuple[Path, ...]:
    """Modules of the product."""
    return (ROOT / "app.py", *(file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))))


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def where(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


# -- the catalogue ----------------------------------------------------------------------------------------------------


def _entries(node: object, prefix: str = "") -> Iterator[tuple[str, object]]:
    assert isinstance(node, dict)
    for key, value in node.items():
        if isinstance(value, dict):
            yield from _entries(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _places(sentence: str) -> Counter[str]:
    return Counter(name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name)


def test_both_languages_have_the_same_files_and_keys() -> None:
    files = {lang: {file.name for file in (ROOT / "policy" / "text" / lang).glob("*.toml")} for lang in LANGUAGES}
    assert files["zh"] == files["en"]
    keys = {lang: set(catalogue(lang)) for lang in LANGUAGES}
    assert sorted(keys["zh"] ^ keys["en"]) == []


def test_every_sentence_names_the_same_things_in_both_languages() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    different = [key for key in zh if key in en and set(_places(zh[key])) != set(_places(en[key]))]
    assert different == []


def test_no_sentence_is_empty_and_every_one_is_text() -> None:
    faults = []
    for lang in LANGUAGES:
        for file in sorted((ROOT / "policy" / "text" / lang).glob("*.toml")):
            for key, value in _entries(tomllib.loads(file.read_text("utf-8"))):
                if not isinstance(value, str) or not value.strip():
                    faults.append(f"{lang}/{file.name}: {key}")
    assert faults == []


def test_english_sentences_hold_no_chinese_but_names_and_citations() -> None:
    """Clauses are cited as they are printed; whole Chinese sentences in the English file are forgotten translations."""
    long_run = re.compile(r"[一-鿿]{9,}")
    assert [key for key, words in catalogue("en").items() if long_run.search(words)] == []


def _literal_keys(file: Path) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name in SAYERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node, first.value


def test_every_key_that_the_code_says_is_in_the_catalogue() -> None:
    known = catalogue("zh")
    unknown = [
        f"{where(file, call)}: {key}"
        for file in sources()
        for call, key in _literal_keys(file)
        if re.fullmatch(r"[a-z0-9_]+(\.[A-Za-z0-9_]+)+", key) and key not in known
    ]
    assert unknown == []


def _spoken_with(call: ast.Call) -> set[str] | None:
    """The parameters a call fills in; None where it passes some by `**`."""
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else {name for name in names if name}


def test_every_literal_sentence_is_given_what_it_names() -> None:
    known, missing = catalogue("zh"), []
    for file in sources():
        for call, key in _literal_keys(file):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            given = _spoken_with(call)
            if key in known and given is not None and name in {"say", "t", "Refusal"}:
                lacking = set(_places(known[key])) - given
                if lacking:
                    missing.append(f"{where(file, call)}: {key} wants {', '.join(sorted(lacking))}")
    assert missing == []


# -- modules ----------------------------------------------------------------------------------------------------------


def test_modules_can_be_read_in_one_sitting() -> None:
    long = {
        str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines())
        for file in sources()
        if "versions" not in file.parts
    }
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_nothing_imports_the_composition_root() -> None:
    guilty = [
        where(file, node)
        for file in sources()
        if file.name != "app.py"
        for node in ast.walk(parsed(file))
        if (isinstance(node, ast.ImportFrom) and node.module == "app")
        or (isinstance(node, ast.Import) and any(alias.name == "app" for alias in node.names))
    ]
    assert guilty == []


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_rules_and_geometry_ask_no_clock() -> None:
    """Time is an argument; a rule that reads the clock cannot be asked about a past case."""
    guilty = [
        where(file, node)
        for file in sources()
        if file.relative_to(ROOT).parts[0] in ("policy", "geo")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("now", "utcnow", "today")
    ]
    assert guilty == []


READS = {"open", "read_text", "read_bytes", "create_engine", "load_profile", "load_calendar", "connect", "Record"}


def _calls_at_import(file: Path) -> Iterator[ast.Call]:
    """Calls that run when a module is imported: not those inside its functions, classes and lambdas."""
    waiting: list[ast.AST] = list(parsed(file).body)
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.If):
            waiting.extend(ast.iter_child_nodes(node))
        if isinstance(node, ast.Call):
            yield node


def test_importing_a_module_opens_no_file_and_no_database() -> None:
    guilty = [
        where(file, call)
        for file in sources()
        if "migrations" not in file.parts
        for call in _calls_at_import(file)
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in READS
    ]
    assert guilty == []


def test_only_pysqlite3_opens_the_record() -> None:
    """Two copies of SQLite in one process on one file can corrupt it (architecture.md)."""
    guilty = [
        where(file, node)
        for file in sources()
        for node in ast.walk(parsed(file))
        if (isinstance(node, ast.ImportFrom) and node.module == "sqlite3")
        or (isinstance(node, ast.Import) and any(alias.name == "sqlite3" for alias in node.names))
    ]
    assert guilty == []


def test_only_the_settings_read_the_environment() -> None:
    """`app.py` reads the language before anything else is there; the PostgreSQL tools are handed the environment on."""
    allowed = {"app.py", "data/settings.py", "data/backup.py"}
    guilty = [
        where(file, node)
        for file in sources()
        if str(file.relative_to(ROOT)) not in allowed
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert guilty == []


# -- files ------------------------------------------------------------------------------------------------------------

MACHINE = re.compile(r"(?<![\w.])/(?:home|root|Users|work|mnt|opt)/[\w.-]+")
HOSTS = re.compile(
    r"\b(?:pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org|--index-url|--find-links|--trusted-host)\b"
)


@pytest.mark.parametrize("pattern", [MACHINE, HOSTS], ids=["paths of some machine", "hosts of registries"])
def test_no_file_names(pattern: re.Pattern[str]) -> None:
    text = _tracked(
        ".py", ".md", ".toml", ".txt", ".in", ".yaml", ".yml", ".js", ".css", ".html", "Makefile", "run", "tools"
    )
    own = {Path(__file__), ROOT / "Makefile"}  # both name what they forbid
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for file in text
        if file not in own
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text("utf-8").splitlines()
        assert lines, name
        assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[^\s;]+", line)] == [], name
    runtime, development = (
        set((ROOT / name).read_text("utf-8").splitlines()) for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert sorted(runtime - development) == []


def test_public_functions_say_what_they_are() -> None:
    bare = []
    for file in sources():
        if "migrations" in file.parts:
            continue
        for node in parsed(file).body:
            public = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_"
            if public and not ast.get_docstring(node):
                bare.append(f"{where(file, node)} {node.name}")
    assert bare == []
