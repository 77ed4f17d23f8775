"""The identifier of an agency: a digest of its place and organ, through renames.

It depends on one report alone (its name, its own evidence), so that neither the order of files nor
the rest of a corpus can change it.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

from pipelines.agencies.names import AgencyName
from pipelines.agencies.regions import Division, gazetteer
from schemas.vocabulary import rows

DIGEST_BYTES = 8


def agency_key(name: AgencyName, place: Division | None, apart: str = "") -> str:
    """What identifies an agency, as text: the place's oldest code and name, then township and organ.

    Where the place is not known the printed place stays, after a question mark, with what tells
    bodies of one name apart (``Place.apart``).
    """
    if name.national:
        return "|".join(("national", organ_root(name.organ), ""))
    if place is None:
        printed = "?" + ("".join(name.chain) or name.generic or "") + apart
        return "|".join((printed, name.township or "", organ_root(name.organ)))
    township = name.township
    if township is not None:
        township = gazetteer().township_in(township, place) or township
    return "|".join((place.key, township or "", _organ(name)))


def _organ(name: AgencyName) -> str:
    """A sub-bureau is known by its bureau: the place that it serves is already said."""
    if name.bureau is None or name.bureau_place == name.places:
        return organ_root(name.organ)
    outer = name.bureau_place[0].key if len(name.bureau_place) == 1 else ""
    return organ_root(name.bureau) + "@" + outer


@cache
def _renames() -> dict[str, str]:
    """Every name of a renamed organ → the first one listed for it, which later rows do not change."""
    roots: dict[str, str] = {}
    for row in rows("agency_rename"):
        if row["change"] == "rename":
            root = roots.setdefault(row["new"], roots.get(row["old"], row["old"]))
            roots.setdefault(row["old"], root)
    return roots


def organ_root(organ: str) -> str:
    """The oldest name of an organ that was only renamed (生态环境局 → 环境保护局)."""
    return _renames().get(organ, organ)


def agency_id(key: str) -> str:
    """A short stable identifier: ``a`` and sixteen hexadecimal digits."""
    return "a" + blake2b(key.encode(), digest_size=DIGEST_BYTES).hexdigest()
