"""A catalogue's filters as parameters of the API: read strictly, described for the contract."""

from typing import Any

from django.http import HttpRequest

from practices_pages.api.problems import BadQuery, ProblemError
from practices_pages.api.schemas import Facet, FacetValue
from practices_pages.catalogue.filters import Catalogue, Filter
from practices_pages.catalogue.results import Results
from practices_pages.catalogue.states import LONGEST_TEXT, MOST_VALUES, Complaint, State, read

ALL = "all"


def asked_of(
    request: HttpRequest, catalogue: Catalogue, *, also: set[str]
) -> tuple[State, list[str]]:
    """The state and the names of the facets to answer with. Raises BadQuery."""
    parameters = dict(request.GET.lists())
    state, complaints = read(parameters, catalogue, also={*also, "facets"}, is_strict=True)
    facets = parameters.get("facets", [])
    for name in facets:
        if name != ALL and name not in catalogue.filter_named:
            known = ", ".join([ALL, *catalogue.filter_named])
            complaints.append(Complaint("facets", f"{name[:40]}? {known}"))
    refuse(complaints)
    return state, list(catalogue.filter_named) if ALL in facets else sorted(set(facets))


def refuse(complaints: list[Complaint]) -> None:
    """Raise BadQuery if anything in the query meant nothing: an answer to another question helps
    nobody."""
    if complaints:
        raise BadQuery(
            [ProblemError(parameter=one.parameter, message=one.message) for one in complaints]
        )


def facets_of(found: Results, names: list[str]) -> dict[str, Facet]:
    return {
        facet.name: Facet(
            label=facet.label,
            values=[
                FacetValue(
                    value=option.value,
                    label=option.label,
                    count=option.count,
                    is_chosen=option.is_chosen,
                )
                for option in facet.options
            ],
        )
        for facet in found.facets
        if facet.name in names
    }


def described(catalogue: Catalogue) -> dict[str, Any]:
    """What the contract says of the parameters."""
    names = [one.name for one in catalogue.sorts]
    texts = ", ".join(f"`{one.name}`" for one in catalogue.sorts if one.needs_text)
    facets = {"type": "string", "enum": [ALL, *catalogue.filter_named]}
    return {
        "parameters": [
            *(_described(one) for one in catalogue.filters),
            _parameter(
                "q",
                {"type": "string", "maxLength": LONGEST_TEXT},
                "Words to look for, in any of their Polish forms.",
            ),
            _parameter(
                "sort",
                {"type": "string", "enum": names},
                f"Order of the list. The default is `{names[0]}`; with `q` it is {texts}, which"
                " needs a text.",
            ),
            _parameter(
                "facets",
                {"type": "array", "items": facets},
                "Filters to answer the possible values and counts of; `all` for every one.",
            ),
        ]
    }


def _described(one: Filter) -> dict[str, Any]:
    item: dict[str, Any] = {"type": "string"}
    if one.choices:
        item["enum"] = [value for value, _label in one.choices]
    else:
        item["pattern"] = f"^{one.pattern.pattern}$"
    schema = {"type": "array", "items": item, "maxItems": MOST_VALUES}
    several = "Several values, each as a parameter of its own: any of them."
    return _parameter(one.name, schema, f"{one.about} {several}")


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "in": "query",
        "name": name,
        "required": False,
        "schema": schema,
        "description": description,
    }
