"""What the API says about a practice. Every field says what it means."""

from datetime import date, datetime
from decimal import Decimal

from ninja import Schema
from pydantic import ConfigDict, Field


class Closed(Schema):
    """A schema that has exactly the fields written here."""

    model_config = ConfigDict(extra="forbid")


class Term(Closed):
    slug: str = Field(description="Stable name of the term, for filters and addresses.")
    name: str = Field(description="Name of the term in Polish, for people.")


class Unit(Closed):
    code: str = Field(description="TERYT code without the kind: 2, 4 or 6 digits.")
    name: str = Field(description="Name of the local-government unit.")
    voivodeship: str = Field(description="Name of the voivodeship, lower case, such as `łódzkie`.")
    kind_at_time: str = Field(
        description=(
            "Kind of the unit when the practice was described: `rural`, `urban_rural`, `urban`, "
            "`city_powiat`, `powiat`, `voivodeship`, or an empty text when it is not known."
        )
    )
    group_at_time: str | None = Field(
        description="Group it belonged to: `rural`, `urban_rural`, `urban`, `powiat`; else null."
    )


class Image(Closed):
    url: str = Field(description="Absolute address of a WebP rendition.")
    width: int = Field(description="Width of the rendition in pixels.")
    height: int = Field(description="Height of the rendition in pixels.")
    alt: str = Field(description="What the image shows, in Polish.")
    credit: str = Field(description="Who made the image; an empty text when nobody is named.")


class Distinction(Closed):
    contest: str = Field(description="Contest or tournament, as its organiser calls it.")
    award: str = Field(description="Place or award, such as `I miejsce`.")
    group: str = Field(description="Group in which it was compared, or an empty text.")
    edition: str = Field(description="Edition or round, or an empty text.")
    year: int | None = Field(description="Calendar year, or null.")
    url: str | None = Field(description="Where the organiser announced it, or null.")


class PracticeSummary(Closed):
    id: str = Field(description="Permanent id, such as `DP-0001`. It survives moves and renames.")
    title: str = Field(description="Title in Polish, plain text.")
    lead: str = Field(description="Two or three sentences in Polish, plain text.")
    language: str = Field(description="Language of the texts: a BCP 47 tag such as `pl`.")
    html_url: str = Field(description="Absolute address of the page for people.")
    api_url: str = Field(description="Absolute address of this practice in the API.")
    units: list[Unit] = Field(description="Units where the practice works.")
    areas: list[Term] = Field(description="Thematic areas.")
    competences: list[Term] = Field(description="Key competences (Council Recommendation of 2018).")
    school_types: list[Term] = Field(description="Types of schools it concerns.")
    cost_band: str = Field(
        description=(
            "Cost of the whole solution in PLN: `none`, `up_to_50k`, `50k_250k`, `250k_1m`, "
            "`over_1m` or `not_stated`."
        )
    )
    is_archival: bool = Field(
        description="True for a description taken over from elsewhere, which may be incomplete."
    )
    licence: str = Field(description="Licence of the text, such as `cc-by-4.0`; else empty.")
    first_published_at: datetime | None = Field(
        description="First publication: ISO 8601 with the offset of Europe/Warsaw."
    )
    last_published_at: datetime | None = Field(
        description="Latest publication: ISO 8601 with the offset of Europe/Warsaw."
    )
    updated_on: date | None = Field(
        description="Day of the last update of the contents, as its authors state it."
    )


class FacetValue(Closed):
    value: str = Field(description="Value of the filter, as its parameter takes it.")
    label: str = Field(description="What it is called, for people.")
    count: int = Field(description="Practices there would be with this value alone chosen here.")
    is_chosen: bool = Field(description="Whether the query chose it.")


class Facet(Closed):
    label: str = Field(description="What the filter is called, for people.")
    values: list[FacetValue] = Field(description="Values that occur or are chosen, in their order.")


class PracticeList(Closed):
    count: int = Field(description="Number of all practices that match and the public may see.")
    exact_count: int = Field(
        description=(
            "Of them, how many match the text itself: they come first, and less exact ones follow"
            " when there are few. Without a text the same as `count`."
        )
    )
    next: str | None = Field(description="Absolute address of the next part, or null.")
    previous: str | None = Field(description="Absolute address of the previous part, or null.")
    items: list[PracticeSummary] = Field(description="Practices in the order asked for.")
    facets: dict[str, Facet] | None = Field(
        description="By the names of filters, when `facets` asks for them; else null."
    )


class Section(Closed):
    number: int = Field(description="Place in the fixed order, from 1 to 8.")
    key: str = Field(description="Stable name of the section, such as `problem`.")
    heading: str = Field(description="Heading of the section in Polish.")
    html: str = Field(description="Text as HTML; links are absolute. Empty when nothing is said.")


class Step(Closed):
    who: str = Field(description="Who did it; plain text.")
    when: str = Field(description="When, in the authors' words; plain text.")
    what: str = Field(description="What was done; plain text.")


class MeasuredEffect(Closed):
    indicator: str = Field(description="What was measured.")
    before: str = Field(description="Value before the change, as the authors wrote it.")
    after: str = Field(description="Value after the change, as the authors wrote it.")
    unit_of_measure: str = Field(description="Unit of both values, such as `%` or `minut`.")


class CostItem(Closed):
    amount: Decimal | None = Field(description="Amount with two decimal places, as a string.")
    currency: str = Field(description="`PLN` or `EUR`.")
    year: int | None = Field(description="Calendar year of the amount.")
    frequency: str = Field(description="`one_off` or `annual`.")
    per: str = Field(description="`whole`, `school`, `class` or `pupil`.")
    funding_source: str = Field(description="Where the money came from.")


class Pitfall(Closed):
    pitfall: str = Field(description="What to watch for.")
    advice: str = Field(description="How to avoid it.")


class Author(Closed):
    name: str = Field(description="Name of an author who agreed to be named.")
    role: str = Field(description="Their role, or an empty text.")
    unit: str | None = Field(description="Name of their unit, or null.")


class Contact(Closed):
    name: str = Field(description="Person or office that can tell more.")
    role: str = Field(description="Role of the person, or an empty text.")
    unit: str = Field(description="Name of the unit, or an empty text.")
    email: str = Field(description="E-mail address, or an empty text.")
    phone: str = Field(description="Telephone number as written, or an empty text.")
    is_person: bool = Field(description="False for the mailbox of an office.")


class Document(Closed):
    title: str = Field(description="Title of the document.")
    url: str = Field(description="Absolute address of the file.")
    format: str = Field(description="Extension of the file in lower case, such as `pdf`.")
    size_bytes: int | None = Field(description="Size of the file in bytes.")
    description: str = Field(description="What it is for.")
    licence: str = Field(description="Licence of the document, such as `cc-by-4.0`; else empty.")
    is_accessible: bool = Field(description="True when it can be read with a screen reader.")


class PracticeDetail(PracticeSummary):
    image: Image | None = Field(description="Main image, or null.")
    sections: list[Section] = Field(description="The eight sections in their fixed order.")
    steps: list[Step] = Field(description="Who did what, and when (section 4).")
    measured_effects: list[MeasuredEffect] = Field(description="Measured effects (section 5).")
    costs: list[CostItem] = Field(description="Costs (section 6).")
    pitfalls: list[Pitfall] = Field(description="What to watch for when repeating it (section 8).")
    distinctions: list[Distinction] = Field(
        description="What it won in contests and tournaments, the most important first."
    )
    authors: list[Author] = Field(description="Authors of the description who agreed to be named.")
    contact: Contact | None = Field(
        description="Whom to ask, while consent to publication lasts; else null."
    )
    documents: list[Document] = Field(description="Model documents and materials.")
    film_url: str | None = Field(description="Address of the film, or null.")
    source_url: str | None = Field(description="Where it was first described, or null.")
    original_date: date | None = Field(description="Date of an archival description, or null.")
