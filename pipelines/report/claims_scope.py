"""Whose figure, of which time, and how sure: what may keep a stated figure from being compared."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from pipelines.report.claims_lexicon import Token, vocabulary
from pipelines.report.claims_windows import FIGURES, Head, State, kinds_of, last_of

FIRST_YEAR = 1990
LAST_MONTH = 12
LONGEST_SPAN = 8  # characters between the ends of a span of years (2019年1月1日至2021年)
TIME_WORDS = frozenset(
    {"year", "last_year", "this_year", "since", "cumulative", "until", "period", "month", "carry", "compare_with"}
)
STOCKS = ("_in_force", "carried_forward")
PARTS = ("received_", "carried_")
BODY_REASONS = {"office": "office_alone", "self": "own_body", "whole": "whole_area", "other_body": "other_body"}
BODIES = frozenset(BODY_REASONS)


@cache
def soft_reasons() -> frozenset[str]:
    """Reasons under which a figure may confirm a table, but not contradict it."""
    return frozenset(row["code"] for row in vocabulary()["reasons"] if row["soft"])


def reason_of(sentence: str, tokens: list[Token], index: int, head: Head, state: State) -> str | None:
    """The strongest reason against comparing the figure at ``tokens[index]``, which counts what ``head`` says.

    Reasons that forbid any comparison come before those that only forbid a contradiction; null means comparable.
    """
    number, before = tokens[index], tokens[:index]
    clause = _clause(before)
    near = kinds_of(_since_figure(clause))
    found = [
        "split_number" if number.flag == "split" else None,
        "share" if number.kind == "share" or "proportion" in near else None,
        time_reason(sentence, before, head.code, state),
        _manner(near, before),
        _nested(before, state),
        head.reason,
        _body(sentence, clause, before, state),
        "rounded" if number.flag == "rounded" else None,
        state.inherited,
    ]
    return strongest(found)


def _nested(before: list[Token], state: State) -> str | None:
    """A part (其中) of a figure that is itself a part, of one applicant, of the carry-over, or not comparable."""
    if state.parent is None or not any(token.kind == "including" for token in _since_figure(before)):
        return None
    head, reason = state.parent
    if reason and reason not in soft_reasons():
        return reason
    return "part_of_cell" if head.code.startswith(PARTS) else None


def strongest(found: list[str | None]) -> str | None:
    """The first reason that forbids any comparison, else the first that forbids a contradiction."""
    reasons = [entry for entry in found if entry]
    return next((entry for entry in reasons if entry not in soft_reasons()), reasons[0] if reasons else None)


def reason_for_bracket(sentence: str, place: int, tokens: list[Token], state: State) -> str | None:
    """What the words before a bracket, at ``place`` in the sentence without it, say of the figures in it."""
    before = [token for token in tokens if token.end <= place]
    return strongest([time_reason(sentence, before, "", state), _body(sentence, _clause(before), before, state)])


def _clause(before: list[Token]) -> list[Token]:
    """The tokens since the last strong mark."""
    start = next((place + 1 for place in range(len(before) - 1, -1, -1) if before[place].kind == "strong"), 0)
    return before[start:]


def _since_figure(clause: list[Token]) -> list[Token]:
    start = next((place + 1 for place in range(len(clause) - 1, -1, -1) if clause[place].kind in FIGURES), 0)
    return clause[start:]


def _manner(near: set[str], before: list[Token]) -> str | None:
    if "compare" in near:
        return "change"
    if "average" in near:
        return "average"
    return "planned" if any(token.kind == "planned" for token in before) else None


def time_reason(sentence: str, before: list[Token], code: str, state: State) -> str | None:
    """The year and the part of it that the words before a figure name, else the sentence before."""
    timed = [token for token in before if token.kind in TIME_WORDS]
    if not timed:
        return state.time
    years = _years(timed, state.report_year)
    present = years and years[-1] == state.report_year
    stock = code.endswith(STOCKS)
    kinds = kinds_of(timed)
    if ("since" in kinds and not present) or (len(set(years)) > 1 and _spans(sentence, timed)):
        return "cumulative"
    if "cumulative" in kinds:
        return "until_date" if present else "cumulative"
    if years and not present:
        return "other_year"
    return None if stock else _part_of_year(sentence, timed, kinds)


def _part_of_year(sentence: str, timed: list[Token], kinds: set[str]) -> str | None:
    """A flow up to a date, or of some months only; January to December is the whole year."""
    if "until" in kinds:
        return "until_date"
    months = [token for token in timed if token.kind == "month"]
    named = {token.value for token in months}
    if len(months) == 1 and sentence[: months[0].start].endswith(_january_to()):
        named.add(1)
    return "period" if "period" in kinds or (months and named != {1, LAST_MONTH}) else None


@cache
def _january_to() -> tuple[str, ...]:
    """1- and its like, as in 1-12月."""
    return tuple(f"1{joint}" for joint in vocabulary()["marks"]["span"])


def _years(before: list[Token], report_year: int) -> list[float]:
    """The years that the words name for their figures, in order; one only compared with or carried from is none."""
    years: list[float] = []
    for place, token in enumerate(before):
        neighbour = before[place - 1].kind if place and before[place - 1].end >= token.start - 1 else ""
        following = before[place + 1].kind if place + 1 < len(before) and before[place + 1].start == token.end else ""
        if token.kind == "this_year":
            years.append(report_year)
        elif token.kind not in {"year", "last_year"} or neighbour in {"compare_with", "carry"} or following == "carry":
            continue
        elif token.kind == "last_year":
            years.append(report_year - 1)
        elif token.value >= FIRST_YEAR:
            years.append(token.value)
    return years


def _spans(sentence: str, before: list[Token]) -> bool:
    """Whether two different years are the ends of one span (2019年至2021年)."""
    years = [token for token in before if token.kind == "year"]
    joints = vocabulary()["marks"]["span"]
    return any(
        first.value != second.value
        and set(sentence[first.end : second.start]) & set(joints)
        and second.start - first.end < LONGEST_SPAN
        for first, second in pairwise(years)
    )


def _body(sentence: str, clause: list[Token], before: list[Token], state: State) -> str | None:
    """Whose figure it is: the last body named in the clause, else the whole area or the office named earlier."""
    named = last_of(clause, BODIES)
    if named is None and _named_before_verb(sentence, clause):
        return "office_alone"
    if named is None:
        named = last_of(before, {"office", "self", "whole"})
    if named is not None and named.kind == "other_body" and any(token.kind == "whole" for token in clause):
        return "whole_area"
    if named is None:
        return state.body
    return BODY_REASONS[named.kind]


def _named_before_verb(sentence: str, clause: list[Token]) -> bool:
    """Whether a body's name stands right before 收到 (…局共收到), itself in no word list."""
    verb = next((token for token in clause if token.kind in {"receive", "accept", "handle", "handle_loose"}), None)
    if verb is None:
        return False
    marks = vocabulary()["marks"]
    text = sentence[: verb.start].rstrip(marks["subject_filler"])
    return text.endswith(tuple(marks["body_suffix"]))
