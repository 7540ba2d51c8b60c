"""What the kind of a call says by itself: how urgent the lead is, and which service is told beside the town's own people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.vocabulary import Urgency
from policy.vocabulary_calls import CallKind, Service

SERVICE_OF: Final[Mapping[CallKind, Service]] = {
    CallKind.FIRE: Service.FIRE_119,
    CallKind.HAZARD: Service.FIRE_119,
    CallKind.INJURY: Service.AMBULANCE_120,
    CallKind.VIOLENCE: Service.POLICE_110,
}
"""Kinds that are emergencies, with the service whose own task they are."""


def urgency_of(kind: CallKind) -> Urgency:
    """An emergency where lives are in danger; whatever else waits for the dispatcher's judgement."""
    return Urgency.EMERGENCY if kind in SERVICE_OF else Urgency.NORMAL


def service_of(kind: CallKind) -> Service | None:
    """The service to which such a call is handed over beside; None where it is the town's own matter."""
    return SERVICE_OF.get(kind)
