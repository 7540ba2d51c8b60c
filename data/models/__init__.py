"""Tables of the record."""

from data.models.account import Account, ApiToken, Grant, Pairing, Session
from data.models.base import Base, UtcDateTime
from data.models.deadline import Deadline
from data.models.event import ChainHead, Event, RefusedAttempt
from data.models.figure import FigureSnapshot, JobRun
from data.models.force import DISPATCH_ROOM, Certificate, Organ, Person, Posting, Shift, Team, TeamMember, Unit
from data.models.item import Delegation, Item, ItemField
from data.models.matter import Answered, Counter, Evidence, Lead, Task
from data.models.place import GridCell, Jurisdiction

__all__ = [
    "DISPATCH_ROOM",
    "Account",
    "Answered",
    "ApiToken",
    "Base",
    "Certificate",
    "ChainHead",
    "Counter",
    "Deadline",
    "Delegation",
    "Event",
    "Evidence",
    "FigureSnapshot",
    "Grant",
    "GridCell",
    "Item",
    "ItemField",
    "JobRun",
    "Jurisdiction",
    "Lead",
    "Organ",
    "Pairing",
    "Person",
    "Posting",
    "RefusedAttempt",
    "Session",
    "Shift",
    "Task",
    "Team",
    "TeamMember",
    "Unit",
    "UtcDateTime",
]
