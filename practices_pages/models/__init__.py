"""What is published: practices, the pages around them, units, people, vocabularies."""

from practices_pages.models.accessibility import (
    AccessibilityStatementPage,
    StatementApp,
    StatementBarrier,
)
from practices_pages.models.call import (
    CallDeadline,
    CallDocument,
    CallIndexPage,
    CallPage,
    CallState,
)
from practices_pages.models.collection import (
    CollectionEditor,
    CollectionIndexPage,
    CollectionItem,
    CollectionPage,
    CollectionSource,
)
from practices_pages.models.costs import CostBand, CostBasis, CostItem, Currency, Frequency
from practices_pages.models.documents import DocumentKind, DocumentRow
from practices_pages.models.editing import FactKind, LatestFact
from practices_pages.models.facets import CatalogueEntry, FacetValue
from practices_pages.models.film import (
    AudioDescription,
    FilmIndexPage,
    FilmIndexQuestion,
    FilmPage,
    FilmQuestion,
    FilmUnit,
)
from practices_pages.models.gone import GoneAddress
from practices_pages.models.identity import PracticeIdentity
from practices_pages.models.imports import (
    ImportRow,
    ImportRun,
    PracticeSource,
    RowOutcome,
    RowState,
    RunState,
)
from practices_pages.models.library import LibraryIndexPage
from practices_pages.models.listing import (
    FundingLogo,
    FundingNotice,
    HomePage,
    PracticeIndexPage,
    StandardPage,
)
from practices_pages.models.meeting import Attendance, MeetingPage, Precision
from practices_pages.models.meeting_rows import (
    MeetingAim,
    MeetingAnswer,
    MeetingDocument,
    MeetingLeader,
    MeetingPicture,
    MeetingTopic,
    MeetingUnit,
)
from practices_pages.models.memberships import DraftUnit, MembershipRole, UnitMembership
from practices_pages.models.network import (
    NetworkDocument,
    NetworkIndexPage,
    NetworkKind,
    NetworkMember,
    NetworkPage,
)
from practices_pages.models.news import NewsIndexPage, NewsPage, NewsPractice
from practices_pages.models.people import ContactPerson, PublicContact
from practices_pages.models.plan import LocalDebate, PlanPage
from practices_pages.models.plan_collection import PlanCollectionPage, PlanIndexPage
from practices_pages.models.plan_parts import PlanScope
from practices_pages.models.plan_rows import (
    PlanCollectionDocument,
    PlanDocument,
    PlanPartner,
    PlanSource,
)
from practices_pages.models.practice import SECTIONS, PracticePage, Section
from practices_pages.models.practice_rows import (
    MeasuredEffect,
    Pitfall,
    PracticeAuthor,
    PracticeDistinction,
    PracticeDocument,
    PracticeUnit,
    Step,
)
from practices_pages.models.previews import PreviewGrant
from practices_pages.models.project import Procedure, ProjectIndexPage, ProjectPage
from practices_pages.models.project_materials import (
    PlannedPublication,
    ProjectDocument,
    ProjectEvent,
)
from practices_pages.models.project_rows import (
    PartnerRole,
    Progress,
    ProjectContact,
    ProjectIndicator,
    ProjectLogo,
    ProjectName,
    ProjectPartner,
    ProjectProgramme,
    ProjectStage,
)
from practices_pages.models.public_change import PublicChange
from practices_pages.models.public_page import GatedPage, Illustrated, PublicFacts
from practices_pages.models.publication import PublicationFile, PublicationPage
from practices_pages.models.quantities import Qualifier
from practices_pages.models.search import (
    SearchedPage,
    SearchPosting,
    SearchTerm,
    SynonymGroup,
)
from practices_pages.models.site_links import SiteLinks
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
    "AccessibilityStatementPage",
    "Attendance",
    "AudioDescription",
    "CallDeadline",
    "CallDocument",
    "CallIndexPage",
    "CallPage",
    "CallState",
    "CatalogueEntry",
    "CollectionEditor",
    "CollectionIndexPage",
    "CollectionItem",
    "CollectionPage",
    "CollectionSource",
    "ContactPerson",
    "CostBand",
    "CostBasis",
    "CostItem",
    "Currency",
    "DocumentKind",
    "DocumentRow",
    "DraftUnit",
    "FacetValue",
    "FactKind",
    "FilmIndexPage",
    "FilmIndexQuestion",
    "FilmPage",
    "FilmQuestion",
    "FilmUnit",
    "FormerUnitName",
    "Frequency",
    "FundingLogo",
    "FundingNotice",
    "GatedPage",
    "GoneAddress",
    "HomePage",
    "Illustrated",
    "ImportRow",
    "ImportRun",
    "KeyCompetence",
    "LatestFact",
    "LibraryIndexPage",
    "Licence",
    "LocalDebate",
    "LocalGovernmentUnit",
    "MeasuredEffect",
    "MeetingAim",
    "MeetingAnswer",
    "MeetingDocument",
    "MeetingLeader",
    "MeetingPage",
    "MeetingPicture",
    "MeetingTopic",
    "MeetingUnit",
    "MembershipRole",
    "NetworkDocument",
    "NetworkIndexPage",
    "NetworkKind",
    "NetworkMember",
    "NetworkPage",
    "NewsIndexPage",
    "NewsPage",
    "NewsPractice",
    "PartnerRole",
    "Pitfall",
    "PlanCollectionDocument",
    "PlanCollectionPage",
    "PlanDocument",
    "PlanIndexPage",
    "PlanPage",
    "PlanPartner",
    "PlanScope",
    "PlanSource",
    "PlannedPublication",
    "PracticeAuthor",
    "PracticeDistinction",
    "PracticeDocument",
    "PracticeIdentity",
    "PracticeIndexPage",
    "PracticePage",
    "PracticeSource",
    "PracticeUnit",
    "Precision",
    "PreviewGrant",
    "Procedure",
    "Progress",
    "ProjectContact",
    "ProjectDocument",
    "ProjectEvent",
    "ProjectIndexPage",
    "ProjectIndicator",
    "ProjectLogo",
    "ProjectName",
    "ProjectPage",
    "ProjectPartner",
    "ProjectProgramme",
    "ProjectStage",
    "PublicChange",
    "PublicContact",
    "PublicFacts",
    "PublicationFile",
    "PublicationPage",
    "Qualifier",
    "ReviewTask",
    "RowOutcome",
    "RowState",
    "RunState",
    "SchoolType",
    "SearchPosting",
    "SearchTerm",
    "SearchedPage",
    "Section",
    "SiteLinks",
    "StandardPage",
    "StatementApp",
    "StatementBarrier",
    "Step",
    "SynonymGroup",
    "ThematicArea",
    "UnitGroup",
    "UnitKind",
    "UnitKindPeriod",
    "UnitMembership",
    "UnitRegister",
    "Voivodeship",
    "group_of",
]
