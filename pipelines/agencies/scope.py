"""Own or consolidated: what a report covers.

A government of county level and above reports for itself, its departments and the governments
below; its office, a department or a township reports for itself. Cues that contradict the title
give ``unknown``.
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.agencies.names import AgencyName
from schemas.vocabulary import settings


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(settings("agency")["scope"][name])


def text_cues() -> str:
    """A pattern of the texts that say anything of the scope; others need not be looked at."""
    return f"{_pattern('own_text').pattern}|{_pattern('consolidated_text').pattern}"


def report_scope(name: AgencyName, title: str | None, regulation_in_force: float | None, cues: str | None) -> str:
    """``own``, ``consolidated`` or ``unknown``.

    ``regulation_in_force`` is the figure of section 2 (only governments and national bodies make
    rules); ``cues`` the first characters of section 1.
    """
    title, cues = title or "", cues or ""
    says_own = bool(_pattern("own_title").search(title))
    says_all = bool(_pattern("consolidated_title").search(title))
    if says_own or says_all:
        return "unknown" if says_own and says_all else "own" if says_own else "consolidated"
    text_own = bool(_pattern("own_text").search(cues))
    text_all = bool(_pattern("consolidated_text").search(cues))
    if name.kind in settings("agency")["scope"]["governments"]:
        return "consolidated" if not text_own else "unknown" if text_all else "own"
    makes_rules = not name.national and (regulation_in_force or 0) > 0 and name.kind == "government_office"
    return "unknown" if (text_all and not text_own and name.kind == "government_office") or makes_rules else "own"
