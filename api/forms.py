"""Bodies of the interface made from the forms the rules declare: one declaration for page, interface and record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

import fastapi
from pydantic import Field, StrictBool, StringConstraints, create_model

from api.schemas import Body, Day, Moment, View
from policy.case_forms import Input
from policy.case_reading import GOODS, TEXT_LIMIT, WORDS_LIMIT
from policy.text import has, say
from policy.vocabulary import Verb, options

MOST_ROWS: Final = 500
Yuan = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,11}(\.[0-9]{1,2})?$", strip_whitespace=True)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_LIMIT)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=WORDS_LIMIT)]
Blank = Annotated[str, StringConstraints(strip_whitespace=True, max_length=TEXT_LIMIT)]


class GoodsIn(Body):
    """A thing on a list of goods."""

    name: Label = Field(examples=["三轮车"])
    quantity: Label = Field(description="Number and unit", examples=["1辆"])
    condition: Blank | None = None
    keeper: Blank | None = None
    place: Blank | None = None


assert tuple(GoodsIn.model_fields) == GOODS  # noqa: S101  # the columns the record reads

_EXAMPLES: Final[Mapping[str, Any]] = {
    "text": "…",
    "words": "经查，当事人占用人行道经营。",
    "flag": True,
    "moment": "2026-12-01T09:30:00+08:00",
    "day": "2026-12-01",
    "yuan": "200.00",
    "person": "01",
    "persons": ["01", "02"],
    "goods": [{"name": "三轮车", "quantity": "1辆"}],
    "codes": ["case_report"],
    "amounts": {"goods_value": "1500.00"},
}

_TEXTS: Final[Mapping[str, str]] = {
    "archive_number": "2026-01-001",
    "before": "金东区人民政府",
    "clause": "PL 57",
    "document": "罚决〔2026〕1号",
    "extension_clause": "PL 60",
    "grade": "ordinary",
    "matter": "JD-L-20261120-0001",
    "organ": "WEST",
    "phone": "0579-00000001",
    "post": "值班室",
    "present": "镇长、分管副镇长、法制审核员",
    "receiver": "BUREAU",
    "slip": "No.0001",
    "team": "W1",
}
"""Examples of texts that have a form of their own."""


def _list(of: Any, most: int) -> Any:
    return Annotated[list[of], Field(max_length=most)]


def _type(one: Input) -> Any:
    if one.options is not None:
        return one.options if one.kind == "choice" else _list(one.options, len(one.options))
    kinds: dict[str, Any] = {
        "text": Label if one.required else Blank,
        "words": Words if one.required else Annotated[str, StringConstraints(max_length=WORDS_LIMIT)],
        "flag": StrictBool,
        "moment": Moment,
        "day": Day,
        "yuan": Yuan,
        "person": Label,
        "persons": _list(Label, 50),
        "goods": _list(GoodsIn, MOST_ROWS),
        "codes": _list(Label, 100),
        "amounts": Annotated[dict[Label, Yuan], Field(max_length=20)],
    }
    return kinds[one.kind]


def _field(one: Input) -> Any:
    what = input_words(one, "en") + (f" {input_words(one, 'zh')}" if has(f"case_form.{one.name}") else "")
    example = next(iter(one.options)).value if one.options else _TEXTS.get(one.name, _EXAMPLES[one.kind])
    shown = Field(
        ... if one.required else None, description=what, examples=[[example] if one.kind == "choices" else example]
    )
    return (_type(one) if one.required else _type(one) | None, shown)


def model_of(name: str, form: Sequence[Input], about: str = "") -> type[Body]:
    """The body `name` that asks for what `form` declares; unknown fields are an error, money is text with a point."""
    fields: dict[str, Any] = {one.name: _field(one) for one in form}
    return create_model(name, __base__=Body, __doc__=about or None, **fields)


def given(body: Body | None) -> dict[str, Any]:
    """What a body says, as the record reads forms."""
    return body.model_dump(exclude_none=True) if body is not None else {}


# -- forms told to who asks --------------------------------------------------------------------------------------------


class OptionOut(View):
    """A value of a closed list and its word."""

    value: str
    label: str


class InputOut(View):
    """One thing a step is told."""

    name: str
    label: str
    kind: str
    required: bool
    options: list[OptionOut] = Field(default_factory=list)


def input_words(one: Input, lang: str) -> str:
    """What an input is called."""
    key = f"case_form.{one.name}"
    return say(key, lang) if has(key, lang) else one.name


def _options(one: Input, lang: str) -> list[tuple[str, str]]:
    return options(one.options, lang) if one.options is not None else []


def told(form: Sequence[Input], lang: str) -> list[InputOut]:
    """A form in words, with the words of its lists."""
    return [
        InputOut(
            name=one.name,
            label=input_words(one, lang),
            kind=one.kind,
            required=one.required,
            options=[OptionOut(value=value, label=label) for value, label in _options(one, lang)],
        )
        for one in form
    ]


# -- a route a step ----------------------------------------------------------------------------------------------------


def typed(endpoint: Callable[..., Any], name: str, about: str, **types: Any) -> Callable[..., Any]:
    """`endpoint` under its own name and words, its parameters of the given types: what FastAPI reads a route from."""
    endpoint.__name__, endpoint.__doc__ = name, about
    endpoint.__annotations__ = {**endpoint.__annotations__, **types}
    return endpoint


def stepped(
    endpoint: Callable[..., Any], name: str, form: Sequence[Input], words: Callable[[str], str], *, body: str = ""
) -> Callable[..., Any]:
    """The endpoint `name` with its words by language and the body of its form, called after `body` or itself; a form that asks
    for nothing may be left out."""
    model = model_of("".join(part[:1].upper() + part[1:] for part in (body or name).split("_")) + "In", form)
    asked = any(one.required for one in form)
    if not asked:
        endpoint.__defaults__ = (None, None)
    en = words("en")
    about = f"{en[:1].upper()}{en[1:]} {words('zh')}."
    return typed(endpoint, name, about, body=model if asked else Annotated[model | None, fastapi.Body()])


def step_name(matter: str, verb: Verb, lang: str) -> str:
    """What a step is called."""
    for key in (f"verbs.{matter}.{verb.value}", f"vocabulary.verb.{verb.value}"):
        if has(key, lang):
            return say(key, lang)
    return verb.value
