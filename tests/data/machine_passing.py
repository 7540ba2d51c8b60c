"""Matters between organs that live by chance: transfers, help, disputes, referrals, reviews of the county, dozens side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from data.authority import SYSTEM
from data.casework.assistance import ask_help, assistance_step
from data.casework.call_outs import call_out, call_out_step
from data.casework.disputes import dispute_step, open_dispute
from data.casework.escalations import escalation_step, raise_matter
from data.casework.leads import receive_lead, triage
from data.casework.referrals import referral_step, report_suspicion
from data.casework.transfers import draft_transfer, transfer_step
from data.casework.unanswered import count_unanswered
from data.db import Record
from data.events import verify
from data.models import Assistance, CallOut, Dispute, Escalation, Lead, Referral, Transfer
from policy.between_forms import BETWEEN_FORMS
from policy.errors import Refusal
from policy.lifecycle import steps
from policy.vocabulary import MatterKind, Verb
from tests.data import parties, small
from tests.data.machine_passing_law import check_matters

V = Verb
ORGANS = ("WEST", "EAST", "WATER", "JUSTICE", "GOV")
PARTS = {
    "WEST": "west",
    "EAST": "east",
    "WATER": "water",
    "JUSTICE": "justice",
    "GOV": "government",
    "POLICE": "police",
}
PARTS |= {"OFFICE": "office"}
BEGIN: dict[MatterKind, tuple[Verb, Callable[..., Any], Callable[..., Any], type[Any]]] = {
    MatterKind.TRANSFER: (V.DRAFT, draft_transfer, transfer_step, Transfer),
    MatterKind.ASSISTANCE: (V.ASK_HELP, ask_help, assistance_step, Assistance),
    MatterKind.DISPUTE: (V.OPEN_DISPUTE, open_dispute, dispute_step, Dispute),
    MatterKind.CRIMINAL_REFERRAL: (V.REPORT_SUSPICION, report_suspicion, referral_step, Referral),
    MatterKind.ESCALATION: (V.RAISE, raise_matter, escalation_step, Escalation),
    MatterKind.CALL_OUT: (V.CALL_OUT, call_out, call_out_step, CallOut),
}
SENDERS = {V.DRAFT, V.SEND, V.RECALL, V.RESEND, V.REPORT_SUSPICION, V.APPROVE, V.DISAPPROVE, V.ASK_AGAIN, V.TAKE_BACK}
SENDERS |= {V.ASK_PROCURATOR, V.ASK_HELP, V.HAND_OVER_GOODS}
LISTS = {"transfer": "transfer.materials", "criminal_referral": "criminal.materials"}


@dataclass
class Passing:
    """One matter between organs: what it is about, who began it, where it stands."""

    rng: Random
    kind: MatterKind
    lead: str
    sender: str
    careful: float
    row: Any = None
    taken: int = 0
    refused: int = 0

    def well(self) -> bool:
        return self.rng.random() < self.careful

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


class Between:
    """A record under one plan with its organs, and the clock that all its matters share."""

    def __init__(self, record: Record, plan: str) -> None:
        self.record, self.plan, self.now = parties.build(record, plan), plan, small.NOW
        self.actors, self.county = parties.cast(record), record.county()
        self.seen: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.matters = self.tries = 0
        self.fault: Exception | None = None

    @contextmanager
    def first_fault(self) -> Iterator[None]:
        """Keep the first fault of what is done inside; after one, nothing more is told."""
        try:
            yield
        except Exception as fault:  # noqa: BLE001  # raised again by whoever runs the machine
            self.fault = self.fault or fault

    # -- what lives ------------------------------------------------------------------------------------------------------

    def begin(self, rng: Random, count: int) -> list[Passing]:
        """So many matters that are yet to begin, about leads of their own; now and then two are about the same."""
        leads = [self._lead(rng) for _ in range(max(count * 3 // 4, 1))]
        kinds = [
            kind for kind in BEGIN if kind is not MatterKind.ESCALATION or self.plan == "lanxi" or rng.random() < 0.2
        ]
        careful = rng.choice((0.9, 0.97, 0.99))
        return [
            Passing(Random(rng.random()), rng.choice(kinds), rng.choice(leads), rng.choice(ORGANS[:3]), careful)
            for _ in range(count)
        ]

    def _lead(self, rng: Random) -> str:
        lon, lat = small.middle(0)
        told = {"source": "public_report", "summary": "河道采砂", "lon": lon, "lat": lat}
        told |= {"item_code": "A1"} if rng.random() < 0.7 else {}
        desk = self.actors["dispatcher"]
        number = self.record.write(desk, receive_lead, now=self.now, **told).number
        self.record.write(desk, triage, now=self.now, number=number, domain="city")
        return number

    def stride(self, lives: list[Passing]) -> None:
        """Time goes on for all; whoever lets a request lie is counted; one move of every matter in one group."""
        rng = lives[0].rng
        self.now += timedelta(hours=rng.choice((1, 5, 20, 30, 80, 200)))
        if rng.random() < 0.5:
            self.record.write(SYSTEM, count_unanswered, now=self.now)
        self._read(lives)
        futures = [(life, self._move(life)) for life in lives]
        for life, future in futures:
            if future is not None:
                self._settle(life, future)

    def _read(self, lives: list[Passing]) -> None:
        """What became of each matter meanwhile; who took a matter on may try to pass it on."""
        with self.record.read() as session:
            for life in lives:
                if life.row is None:
                    continue
                life.row = session.get_one(type(life.row), life.row.id)
                taken = getattr(life.row, "received_lead_id", None)
                if taken is not None and life.row.status in ("accepted", "result_returned") and life.chance(0.15):
                    life.lead, life.sender, life.row = session.get_one(Lead, taken).number, life.row.to_organ, None

    def _settle(self, life: Passing, future: Any) -> None:
        refusal = future.exception()
        self.tries += 1
        if isinstance(refusal, Refusal):
            life.refused += 1
            self.refusals.update([refusal.code, *(reason.code for reason in refusal.reasons)])
            for lang in ("zh", "en"):
                assert refusal.sentence(lang)
                assert "{" not in refusal.sentence(lang), refusal.sentence(lang)
            assert not refusal.code.startswith("errors_policy.deadline"), refusal.sentence()
            return
        life.row, life.taken = future.result(), life.taken + 1

    # -- what is tried next ----------------------------------------------------------------------------------------------

    def _move(self, life: Passing) -> Any:
        first, begin, take, _ = BEGIN[life.kind]
        if life.row is None:
            actor = "office" if life.kind is MatterKind.ESCALATION and life.well() else PARTS[life.sender]
            return self._submit(actor, begin, given=self._form(life, first))
        ways = [step for step in steps(life.kind, life.row.status) if step.verb in BETWEEN_FORMS[life.kind]]
        if not ways:
            return None
        rare = {V.RECALL: 0.2, V.RETURN_FILE: 1.5, V.OBJECT: 1.5, V.DISAPPROVE: 0.2, V.TAKE_BACK: 0.3}
        verb = life.rng.choices(ways, [rare.get(way.verb, 1.0) for way in ways])[0].verb
        part = self._part(life, verb) if life.well() else life.rng.choice(list(PARTS.values()))
        return self._submit(part, take, number=life.row.number, step_name=verb.value, given=self._form(life, verb))

    def _submit(self, part: str, verb: Callable[..., Any], **facts: Any) -> Any:
        return self.record.submit(self.actors[part], verb, county=self.county, now=self.now, **facts)

    def _part(self, life: Passing, verb: Verb) -> str:
        """Whose turn it is, mostly."""
        row = life.row
        if life.kind is MatterKind.DISPUTE:
            high = ("justice", "government", "office")
            own = (PARTS[row.from_organ], PARTS[row.to_organ])
            return life.rng.choice(own if verb in (V.NEGOTIATE, V.AGREE) else high)
        if life.kind is MatterKind.CRIMINAL_REFERRAL:
            return PARTS[row.from_organ]
        if verb is V.SETTLE:
            return "office"
        if verb is V.RETURN_RESULT and row.competent_organ:
            return PARTS.get(row.competent_organ, "west")
        return PARTS[row.from_organ if verb in SENDERS else row.to_organ]

    def _form(self, life: Passing, verb: Verb) -> dict[str, Any]:
        """A form filled in plausibly; now and then something is left out."""
        told = {one.name: self._answer(life, one.name) for one in BETWEEN_FORMS[life.kind][verb]}
        return {name: value for name, value in told.items() if value is not None and (life.well() or life.chance(0.7))}

    def _answer(self, life: Passing, name: str) -> Any:
        rng = life.rng
        if name == "matter":
            return (
                life.lead if life.kind not in (MatterKind.DISPUTE, MatterKind.ASSISTANCE) or life.chance(0.5) else None
            )
        if name == "receiver":
            if life.kind is MatterKind.CRIMINAL_REFERRAL:
                return "POLICE"
            return rng.choice([one for one in ORGANS if one != life.sender or not life.well()])
        if name == "materials":
            value = self.county.profile.get(LISTS.get(life.kind.value, "transfer.materials"), self.now.date())
            codes = [] if value is None else [one if isinstance(one, str) else one["code"] for one in value.value]
            return codes if life.well() else codes[:1]
        plain: dict[str, tuple[Any, ...]] = {
            "competent": ORGANS, "agreed": (True, True, False), "persons": (["01", "02"],), "cell": (None,),
            "found_at": (None,), "urgent": (True, False, False), "ongoing": (True, False), "penalty": (True, False),
            "stopped": (True, True, False), "goods": (True, False), "goods_disposed": (True, False, False),
            "ground": self._grounds(life), "clause": ("三定方案",), "document": (f"函{rng.randint(1, 10**6)}号",),
        }  # fmt: skip
        return rng.choice(plain.get(name, ("情况属实",)))

    def _grounds(self, life: Passing) -> tuple[str, ...]:
        keys = ("assistance.grounds", "assistance.refusal_grounds", "escalation.grounds")
        found = [value.value for key in keys if (value := self.county.profile.get(key, self.now.date())) is not None]
        return (
            "天气原因",
            *(row["code"] for rows in found for row in rows),
            *(row["code"] for rows in found for row in rows),
        )

    # -- what has to hold ------------------------------------------------------------------------------------------------

    def check(self) -> Counter[str]:
        """Everything that has to hold of every matter of the record; gives verbs taken and states reached, by kind."""
        with self.record.read() as session:
            return check_matters(session, self.plan, {kind.value: found[3] for kind, found in BEGIN.items()})

    def whole(self) -> None:
        found = verify(self.record, self.county.jurisdiction_id)
        assert found.whole, found.sentence()
