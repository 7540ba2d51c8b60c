"""Fills a template: every field of it must be one the record has, and nothing a person typed is taken for markup."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import LxmlError

from data.papers.mark import drill_words, marked
from policy.errors import Refusal

_FAULTS: Final = (TemplateError, TypeError, ValueError, ArithmeticError, LxmlError)
"""What a template can do wrong: its marks, what it counts with, tags that tear the document apart."""


def _environment() -> Environment:
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True, loader=DictLoader({}))


def fill(template: Path, fields: Mapping[str, Any]) -> bytes:
    """The filled document; raises Refusal naming a field the record does not have, or a template that cannot be read."""
    check(template, fields)
    paper, target = _open(template), io.BytesIO()
    try:
        paper.render(dict(fields), jinja_env=_environment(), autoescape=True)
    except _FAULTS as fault:
        raise _broken(template, fault) from fault
    paper.save(target)
    return marked(target.getvalue(), drill_words())


def check(template: Path, fields: Mapping[str, Any]) -> None:
    """Raise Refusal with every field of the template that `fields` (a sample is enough) does not have."""
    unknown = sorted(path for path in fields_of(template) if not _has(fields, path.split(".")))
    if unknown:
        raise Refusal("errors_papers.fields", file=template.name, unknown=tuple(unknown), known=_known(fields))


def fields_of(template: Path) -> frozenset[str]:
    """Every field a template asks for as `group.name`, those of loops under the list they run over (`officers[].name`)."""
    paper = _open(template)
    paper.init_docx()
    try:
        source = paper.patch_xml(paper.get_xml())
        tree = _environment().parse(source)
    except TemplateError as fault:
        raise _broken(template, fault) from fault
    return frozenset(_paths(tree, {}))


def _open(template: Path) -> DocxTemplate:
    try:
        paper = DocxTemplate(str(template))
        paper.init_docx()
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as fault:
        raise Refusal("errors_papers.not_docx", file=template.name) from fault
    return paper


def _broken(template: Path, fault: Exception) -> Refusal:
    return Refusal("errors_papers.template", file=template.name, fault=str(fault)[:200] or type(fault).__name__)


def _paths(node: nodes.Node, loops: Mapping[str, str]) -> set[str]:
    """Paths read in `node`; `loops` gives the list behind each name of a loop around it."""
    if isinstance(node, nodes.For):
        listed, name = _path(node.iter, loops), node.target
        inner = dict(loops)
        if listed and isinstance(name, nodes.Name):
            inner[name.name] = f"{listed}[]"
        inner["loop"] = ""
        found = {listed} if listed else set()
        for child in (*node.body, *node.else_):
            found |= _paths(child, inner)
        return found
    if isinstance(node, nodes.Getattr | nodes.Name):
        path = _path(node, loops)
        return {path} if path else set()
    return set().union(*(_paths(child, loops) for child in node.iter_child_nodes()), set())


def _path(node: nodes.Node, loops: Mapping[str, str]) -> str:
    if isinstance(node, nodes.Getattr):
        head = _path(node.node, loops)
        return f"{head}.{node.attr}" if head else ""
    if isinstance(node, nodes.Name) and node.ctx == "load":
        return loops.get(node.name, node.name)
    return ""


def _has(fields: Any, path: list[str]) -> bool:
    if not path:
        return True
    name, several = path[0].removesuffix("[]"), path[0].endswith("[]")
    if not isinstance(fields, Mapping) or name not in fields:
        return False
    inner = fields[name]
    if several:
        return not inner or _has(inner[0], path[1:])  # an empty list cannot tell
    return _has(inner, path[1:])


def _known(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Names a template may use, one level deep."""
    found: list[str] = []
    for group, inner in fields.items():
        if isinstance(inner, Mapping):
            found += [f"{group}.{name}" for name in inner]
        elif isinstance(inner, list) and inner and isinstance(inner[0], Mapping):
            found += [f"{group}[].{name}" for name in inner[0]]
        else:
            found.append(group)
    return tuple(found)
