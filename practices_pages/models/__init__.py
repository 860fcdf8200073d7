"""What is published: practices, the pages around them, units, people, vocabularies."""

from practices_pages.models.costs import CostBand, CostBasis, CostItem, Currency, Frequency
from practices_pages.models.identity import PracticeIdentity
from practices_pages.models.imports import (
    ImportRow,
    ImportRun,
    PracticeSource,
    RowOutcome,
    RowState,
    RunState,
)
from practices_pages.models.listing import FundingNotice, HomePage, PracticeIndexPage, StandardPage
from practices_pages.models.memberships import DraftUnit, MembershipRole, UnitMembership
from practices_pages.models.people import ContactPerson, PublicContact
from practices_pages.models.practice import SECTIONS, PracticePage, Section
from practices_pages.models.practice_rows import (
    MeasuredEffect,
    Pitfall,
    PracticeAuthor,
    PracticeDocument,
    PracticeUnit,
    Step,
)
from practices_pages.models.previews import PreviewGrant
from practices_pages.models.units import (
    VOIVODESHIPS,
    FormerUnitName,
    LocalGovernmentUnit,
    UnitGroup,
    UnitKind,
    UnitKindPeriod,
    UnitRegister,
    Voivodeship,
    group_of,
)
from practices_pages.models.vocabulary import KeyCompetence, Licence, SchoolType, ThematicArea
from practices_pages.workflows import ReviewTask

__all__ = [
    "SECTIONS",
    "VOIVODESHIPS",
    "ContactPerson",
    "CostBand",
    "CostBasis",
    "CostItem",
    "Currency",
    "DraftUnit",
    "FormerUnitName",
    "Frequency",
    "FundingNotice",
    "HomePage",
    "ImportRow",
    "ImportRun",
    "KeyCompetence",
    "Licence",
    "LocalGovernmentUnit",
    "MeasuredEffect",
    "MembershipRole",
    "Pitfall",
    "PracticeAuthor",
    "PracticeDocument",
    "PracticeIdentity",
    "PracticeIndexPage",
    "PracticePage",
    "PracticeSource",
    "PracticeUnit",
    "PreviewGrant",
    "PublicContact",
    "ReviewTask",
    "RowOutcome",
    "RowState",
    "RunState",
    "SchoolType",
    "Section",
    "StandardPage",
    "Step",
    "ThematicArea",
    "UnitGroup",
    "UnitKind",
    "UnitKindPeriod",
    "UnitMembership",
    "UnitRegister",
    "Voivodeship",
    "group_of",
]
