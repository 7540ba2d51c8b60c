"""Tables of the record."""

from data.models.account import Account, ApiToken, Grant, Pairing, Session
from data.models.base import Base, UtcDateTime
from data.models.between import (
    Assistance,
    CallOut,
    Dispute,
    Escalation,
    EvidenceLink,
    EvidenceNote,
    Referral,
    Shared,
    Transfer,
)
from data.models.call import AlarmAnswer, Call, EyesRequest, ServiceHandOver
from data.models.case import Case, CaseEntry, CaseReview, Goods, GoodsMove, Measure, Payment, Refund, Remedy
from data.models.deadline import Deadline
from data.models.drill import Drill, DrillInject
from data.models.event import ChainHead, Event, RefusedAttempt
from data.models.expert import LegalExpert
from data.models.factor import FactorStep, RecoveryCode, SecondFactor
from data.models.figure import FigureChange, FigureSnapshot, JobRun
from data.models.force import (
    DISPATCH_ROOM,
    Certificate,
    Leave,
    Organ,
    Person,
    Posting,
    Shift,
    Team,
    TeamMember,
    Unit,
)
from data.models.inspection import InspectionCap, InspectionDraw, InspectionPlan, InspectionVisit, JointOperation
from data.models.item import Delegation, Item, ItemField
from data.models.matter import Answered, Counter, Evidence, Lead, Task
from data.models.notice import Notice
from data.models.office import PostingPlan, Report
from data.models.paper import Block, Paper, Series
from data.models.party import Party
from data.models.patrol import Patrol, PatrolLead, PatrolPlan, PatrolVisit
from data.models.place import GridCell, Jurisdiction
from data.models.said import Doomed, Said
from data.models.shift import DutyContact, Handover, ShiftNote
from data.models.staffing import Equipment, PostHolder, Scenario, Secondment, Training, TrainingResult, VillageOfficer
from data.models.supervising import Appraisal, Complaint, ConductCard, FileDraw, FileScore, Meeting, MeetingDecision

__all__ = [
    "DISPATCH_ROOM",
    "Account",
    "AlarmAnswer",
    "Answered",
    "ApiToken",
    "Appraisal",
    "Assistance",
    "Base",
    "Block",
    "Call",
    "CallOut",
    "Case",
    "CaseEntry",
    "CaseReview",
    "Certificate",
    "ChainHead",
    "Complaint",
    "ConductCard",
    "Counter",
    "Deadline",
    "Delegation",
    "Dispute",
    "Doomed",
    "Drill",
    "DrillInject",
    "DutyContact",
    "Equipment",
    "Escalation",
    "Event",
    "Evidence",
    "EvidenceLink",
    "EvidenceNote",
    "EyesRequest",
    "FactorStep",
    "FigureChange",
    "FigureSnapshot",
    "FileDraw",
    "FileScore",
    "Goods",
    "GoodsMove",
    "Grant",
    "GridCell",
    "Handover",
    "InspectionCap",
    "InspectionDraw",
    "InspectionPlan",
    "InspectionVisit",
    "Item",
    "ItemField",
    "JobRun",
    "JointOperation",
    "Jurisdiction",
    "Lead",
    "Leave",
    "LegalExpert",
    "Measure",
    "Meeting",
    "MeetingDecision",
    "Notice",
    "Organ",
    "Pairing",
    "Paper",
    "Party",
    "Patrol",
    "PatrolLead",
    "PatrolPlan",
    "PatrolVisit",
    "Payment",
    "Person",
    "PostHolder",
    "Posting",
    "PostingPlan",
    "RecoveryCode",
    "Referral",
    "Refund",
    "RefusedAttempt",
    "Remedy",
    "Report",
    "Said",
    "Scenario",
    "SecondFactor",
    "Secondment",
    "Series",
    "ServiceHandOver",
    "Session",
    "Shared",
    "Shift",
    "ShiftNote",
    "Task",
    "Team",
    "TeamMember",
    "Training",
    "TrainingResult",
    "Transfer",
    "Unit",
    "UtcDateTime",
    "VillageOfficer",
]
