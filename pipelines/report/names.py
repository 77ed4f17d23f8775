"""Names of agencies: what a title names, and whether a text can be an agency's name at all."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from schemas.vocabulary import settings

_IDENTITY = settings("identity")
_TITLE, _AGENCY = _IDENTITY["title"], _IDENTITY["agency"]


@cache
def pattern(text: str) -> re.Pattern[str]:
    """A pattern of the vocabulary, compiled once."""
    return re.compile(text)


@lru_cache(maxsize=8192)
def agency_of_title(plain: str) -> str | None:
    """The agency that a title names, or nothing where it names none."""
    plain = pattern(_TITLE["lead"]).sub("", plain)
    name = _before_year(plain) or _beside_report_words(plain)
    behind = pattern(_TITLE["agency_behind"]).search(plain)
    if behind and is_agency(behind[1]) and (not name or _names_organ_of(name, behind[1])):
        return behind[1]
    return name if is_agency(name) or pattern(_AGENCY["short"]).search(name) else None


def _names_organ_of(place: str, name: str) -> bool:
    """Whether a bracket names the organ (县水利局) of the place that the title begins with."""
    is_place = pattern(_AGENCY["place"])
    return is_place.search(place) is not None and is_place.search(name) is None


def _before_year(plain: str) -> str:
    """What stands before the year, where the words for a report follow it: they cannot take a part of the name."""
    year = pattern(_TITLE["year"]).search(plain)
    if year is None or not pattern(_TITLE["between"] + _TITLE["report_words"]).match(plain, year.end()):
        return ""
    return _bare_name(plain[: year.start()])


def _beside_report_words(plain: str) -> str:
    name = pattern(_TITLE["year"]).sub("", plain)
    return _bare_name(pattern(_TITLE["report_words"]).sub("", name))


def _bare_name(text: str) -> str:
    """A name without the signs around it, but with the end of a bracket of its own."""
    name = text.strip(_TITLE["edges"])
    name = pattern(_TITLE["about"]).sub("", name).strip(_TITLE["edges"])
    name += ")" * (name.count("(") - name.count(")"))
    return pattern(_TITLE["scope"]).sub("", name)


def is_agency(name: str) -> bool:
    """Whether a text can be an agency's name."""
    if not 2 < len(name) <= _AGENCY["longest"] or pattern(_AGENCY["never"]).search(name):
        return False
    return pattern(_AGENCY["suffix"]).search(name.rstrip(")(")) is not None


def without_own_office(name: str) -> str:
    """The bureau or township whose office is named; a government's office reports by itself."""
    office = pattern(_AGENCY["own_office"]).search(name)
    return next(filter(None, office.groups())) if office else name
