"""A person at the site over plain HTTP: reads pages, fills in forms, keeps a session.

What a browser would send, without a browser: for `make demo-check` and for tests.
"""

import json
from html.parser import HTMLParser

import requests

SECONDS = 30


class StepFailed(Exception):
    """A step of a journey did not do what it promises."""


class FormReader(HTMLParser):
    """The fields of one form as a browser would send them, buttons left out."""

    def __init__(self, marker: str) -> None:
        super().__init__()
        self.marker = marker
        self.fields: dict[str, str] = {}
        self.inside = False
        self.hidden_depth = 0
        self.textarea = self.select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.inside = self.marker in (values.get("id", ""), values.get("action", ""))
        if tag in {"template", "script"}:
            self.hidden_depth += 1
        name = values.get("name", "")
        if not self.inside or self.hidden_depth:
            return
        if tag == "textarea" and name:
            self.textarea, self.fields[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in values:
            self.fields[self.select] = values.get("value", "")
        elif tag == "input" and name and sends(values):
            self.fields[name] = values.get("value", default_of(values))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag in {"template", "script"}:
            self.hidden_depth -= 1
        elif tag == "textarea":
            self.textarea = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.fields[self.textarea] += data


def sends(values: dict[str, str]) -> bool:
    kind = values.get("type", "text")
    if kind in {"checkbox", "radio"}:
        return "checked" in values
    return kind not in {"submit", "button", "image", "file", "reset"}


def default_of(values: dict[str, str]) -> str:
    return "on" if values.get("type") in {"checkbox", "radio"} else ""


def form_fields(page: str, marker: str) -> dict[str, str]:
    """The fields of the form whose id or action is `marker`."""
    reader = FormReader(marker)
    reader.feed(page)
    return reader.fields


def rich_text(text: str) -> str:
    """A paragraph as the rich text editor sends it."""
    block = {
        "key": "demo1",
        "text": text,
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [],
    }
    return json.dumps({"blocks": [block], "entityMap": {}})


class Person:
    """Somebody with a cookie jar. Every method raises requests.HTTPError on a 4xx or 5xx answer."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.session = requests.Session()

    def log_in(self, username: str, password: str) -> "Person":
        """Log in to the admin; raise StepFailed when that is refused."""
        self.get("/panel/login/")
        answer = self.post("/panel/login/", {"username": username, "password": password})
        if "/login/" in answer.url:
            raise StepFailed(f"{username} cannot log in.")
        return self

    def get(self, path: str) -> requests.Response:
        answer = self.session.get(self._address(path), timeout=SECONDS)
        answer.raise_for_status()
        return answer

    def post(self, path: str, fields: dict[str, str]) -> requests.Response:
        token = self.session.cookies.get("csrftoken", "")
        answer = self.session.post(
            self._address(path),
            data={"csrfmiddlewaretoken": token} | fields,
            headers={"Referer": self.base_url + "/", "Origin": self.base_url},
            timeout=SECONDS,
        )
        answer.raise_for_status()
        return answer

    def _address(self, path: str) -> str:
        return path if path.startswith("http") else self.base_url + path
