"""Every text of the Wagtail admin has to be available in Polish.

Wagtail's own Polish catalogues are not complete.  The gaps are filled by
``cms/locale_wagtail``; these tests compare that folder with the catalogues of
the installed packages, so an upgrade which brings new texts is noticed.
"""

import gettext
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import polib
import pytest

OVERRIDES = Path(__file__).resolve().parents[2] / "cms" / "locale_wagtail" / "pl" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")
PACKAGES = ("wagtail", "wagtail_modeladmin")

PLACEHOLDER = re.compile(
    r"%\([^)]+\)[a-zA-Z]"  # %(name)s
    r"|(?<!%)%[sd]"  # %s, %d
    r"|\{[a-zA-Z_0-9]*\}"  # {name}
)
TAG = re.compile(r"<[^>]+>")


def package_dir(package):
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def key(entry):
    return (entry.msgctxt, entry.msgid)


def source_catalogues():
    """Yield (name, domain, English catalogue, Polish catalogue or None)."""
    for package in PACKAGES:
        root = package_dir(package)
        if root is None:
            continue
        for path in sorted(root.rglob("locale/en/LC_MESSAGES/*.po")):
            polish = path.parents[2] / "pl" / "LC_MESSAGES" / path.name
            yield (
                str(path.relative_to(root.parent)),
                path.stem,
                polib.pofile(str(path)),
                polib.pofile(str(polish)) if polish.exists() else None,
            )


def number_of_forms():
    """The number of plural forms in Django's own Polish catalogue."""
    plural_forms = django_catalogue().metadata["Plural-Forms"]
    return int(re.match(r"nplurals=(\d+)", plural_forms).group(1))


def django_catalogue():
    path = package_dir("django") / "conf/locale/pl/LC_MESSAGES/django.po"
    return polib.pofile(str(path))


def is_translated(source, entry):
    if entry is None or entry.obsolete or entry.fuzzy:
        return False
    if source.msgid_plural:
        forms = [entry.msgstr_plural.get(n) for n in range(number_of_forms())]
        return all(forms)
    return bool(entry.msgstr)


def missing_in_polish():
    """Entries of the English catalogues without a usable Polish translation."""
    missing = {domain: {} for domain in DOMAINS}
    for name, domain, english, polish in source_catalogues():
        translated = {key(e): e for e in polish or () if not e.obsolete}
        for source in english:
            if source.obsolete:
                continue
            if not is_translated(source, translated.get(key(source))):
                missing[domain].setdefault(key(source), (name, source))
    return missing


def override(domain):
    return polib.pofile(str(OVERRIDES / f"{domain}.po"))


def texts(entry):
    """Yield pairs (source text, translation) of all forms of an entry."""
    if not entry.msgid_plural:
        yield entry.msgid, entry.msgstr
        return
    for number, text in sorted(entry.msgstr_plural.items()):
        yield (entry.msgid if number == 0 else entry.msgid_plural), text


def contents(catalogue):
    return {key(e): (e.msgid_plural, e.msgstr, dict(e.msgstr_plural)) for e in catalogue}


@pytest.fixture(scope="module")
def missing():
    return missing_in_polish()


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_catalogues_of_wagtail_are_found(domain):
    found = [
        english
        for _, found_domain, english, polish in source_catalogues()
        if found_domain == domain and polish is not None
    ]
    assert sum(len(english) for english in found) > 50


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_text_wagtail_lacks_in_polish_is_in_our_catalogue(domain, missing):
    ours = {key(e): e for e in override(domain)}
    lacking = [
        f"{name}: {source.msgid}"
        for (name, source) in missing[domain].values()
        if not is_translated(source, ours.get(key(source)))
    ]
    assert lacking == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_plural_sources_in_our_catalogue_are_those_of_wagtail(domain, missing):
    ours = {key(e): e for e in override(domain)}
    different = [
        source.msgid
        for (_, source) in missing[domain].values()
        if key(source) in ours and ours[key(source)].msgid_plural != source.msgid_plural
    ]
    assert different == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_catalogue_has_no_text_unknown_to_wagtail(domain):
    known = {
        key(source)
        for _, source_domain, english, _ in source_catalogues()
        if source_domain == domain
        for source in english
        if not source.obsolete
    }
    assert [e.msgid for e in override(domain) if key(e) not in known] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_entry_of_our_catalogue_is_empty_fuzzy_or_obsolete(domain):
    unusable = [e.msgid for e in override(domain) if not is_translated(e, e)]
    assert unusable == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_entry_of_our_catalogue_is_repeated(domain):
    repeated = Counter(key(e) for e in override(domain))
    assert [k for k, count in repeated.items() if count > 1] == []


@pytest.mark.parametrize("pattern", [PLACEHOLDER, TAG], ids=["placeholders", "tags"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_our_translations_keep_the_placeholders_and_the_tags(domain, pattern):
    wrong = [
        (source, translation)
        for entry in override(domain)
        for source, translation in texts(entry)
        if Counter(pattern.findall(source)) != Counter(pattern.findall(translation))
    ]
    assert wrong == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_translations_keep_the_outer_white_space(domain):
    wrong = [
        (source, translation)
        for entry in override(domain)
        for source, translation in texts(entry)
        if translation != translation.strip() and source == source.strip()
    ]
    assert wrong == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_catalogue_is_polish_with_the_plural_rule_of_django(domain):
    metadata = override(domain).metadata
    assert metadata["Language"] == "pl"
    assert metadata["Content-Type"] == "text/plain; charset=UTF-8"
    assert metadata["Plural-Forms"] == django_catalogue().metadata["Plural-Forms"]


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_catalogue_names_no_email_address(domain):
    text = (OVERRIDES / f"{domain}.po").read_text(encoding="utf-8")
    assert re.findall(r"\S+@\S+\.\S+", text) == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_compiled_catalogue_equals_the_source_catalogue(domain):
    source = override(domain)
    compiled = polib.mofile(str(OVERRIDES / f"{domain}.mo"))
    assert contents(compiled) == contents(source)
    assert compiled.metadata == source.metadata


@pytest.mark.parametrize("number", [0, 1, 2, 5, 12, 22, 112])
def test_every_plural_text_renders_for_any_number(number):
    with (OVERRIDES / "django.mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    for entry in override("django"):
        if not entry.msgid_plural:
            continue
        text = translations.ngettext(entry.msgid, entry.msgid_plural, number)
        assert text not in (entry.msgid, entry.msgid_plural)
        names = re.findall(r"%\((\w+)\)", text)
        rendered = text % dict.fromkeys(names, number)
        assert "%(" not in rendered


def test_the_polish_plural_forms_follow_the_number():
    with (OVERRIDES / "django.mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    rendered = [
        translations.ngettext("%(num_pages)d page", "%(num_pages)d pages", number)
        % {"num_pages": number}
        for number in (1, 2, 5, 22, 112)
    ]
    assert rendered == ["1 strona", "2 strony", "5 stron", "22 strony", "112 stron"]
