"""From a number's surroundings to what it counts in section 3: requests, answers, applicants."""

from __future__ import annotations

from itertools import pairwise

from pipelines.report.claims_cells import ORGANIZATIONS, application_cells
from pipelines.report.claims_heads import out_of_reach
from pipelines.report.claims_lexicon import Token
from pipelines.report.claims_windows import (
    FOREIGN,
    IDEOGRAPH,
    Head,
    State,
    Windows,
    filler,
    first_of,
    is_request,
    last_of,
)

DISPOSITIONS = frozenset({"item", "group", "part_of_item"})
DISCLOSED = {"granted", "partially_granted"}
CARRIED = frozenset({"carried_in", "carried_forward", "in_hand"})
RECEIVED = frozenset({"receive", "accept", "receive_new"})
HANDLED = frozenset({"handle", "handle_loose"})
REQUEST = frozenset({"app", "app_weak"})
CHANNELS = frozenset({"by_channel"})
APPLICANTS = frozenset({"applicant", "applicant_loose"})
CARRIED_WORDS = CARRIED | {"carry"}
VERBS = RECEIVED | HANDLED
ANSWERED = HANDLED | REQUEST
INTAKE = VERBS | REQUEST | {"ask"}
SETTLING = DISPOSITIONS | CARRIED | VERBS | REQUEST | APPLICANTS | FOREIGN


def request_heads(windows: Windows, state: State) -> list[Head] | None:
    """Section 3: the first of disposition, carry-over, channel, applicant and intake that the words settle."""
    for read in (_disposition, _carried, _channel, _applicant, _intake):
        heads = read(windows, state)
        if heads is not None:
            return heads
    return None


def _among_requests(windows: Windows, state: State) -> bool:
    """Whether the number stands among requests for information."""
    return state.about_requests() or not windows.lacks(REQUEST)


def _column(windows: Windows) -> str:
    """The applicants' column that is named beside the number, else the total."""
    token = last_of(windows.tight, {"applicant"})
    return token.meaning if token else "total"


def _near(windows: Windows, kinds: frozenset[str]) -> Token | None:
    """The word on the left; where there is none at all on the left, the one on the right."""
    token = last_of(windows.tight, kinds)
    if token is not None:
        return token
    settled = not SETTLING.isdisjoint(windows.tight_kinds)
    return None if settled else first_of(windows.right, kinds)


def _disposition(windows: Windows, state: State) -> list[Head] | None:
    if windows.lacks(DISPOSITIONS):
        return None
    token = _near(windows, DISPOSITIONS)
    if token is None or not _among_requests(windows, state):
        return None
    named = {other.meaning for other in windows.tight if other.kind in DISPOSITIONS}
    code = "disclosed" if named == DISCLOSED else token.meaning
    if (len(named) > 1 and code != "disclosed") or out_of_reach(windows, token):
        return []
    if token.kind == "part_of_item":
        return [Head("part_of_disposition", "", "part_of_cell")]
    column = _column(windows)
    reason = "wording" if "record" in windows.tight_kinds else None
    return [Head(_named(code, column), application_cells(code, column, state.form_version), reason)]


def _named(code: str, column: str) -> str:
    return code if column == "total" else f"{code}_{column}"


def _carried(windows: Windows, state: State) -> list[Head] | None:
    if windows.lacks(CARRIED_WORDS):
        return None
    token = _near(windows, CARRIED)
    code = token.kind if token else _carried_by_year(windows, state)
    if code is None or _received_after(windows, token) or not _among_requests(windows, state):
        return None
    if out_of_reach(windows, token):
        return []
    reason = "wording" if code == "in_hand" else None
    reading = "carried_forward" if code == "in_hand" else code
    return [Head(reading, application_cells(reading, _column(windows), state.form_version), reason)]


def _received_after(windows: Windows, token: Token | None) -> bool:
    """结转上年后新收: what is counted is what came in, not what was carried."""
    return token is not None and any(
        other.kind in RECEIVED and other.start > token.start
        for other in windows.wide
        if other.end <= windows.number.start
    )


def _carried_by_year(windows: Windows, state: State) -> str | None:
    """结转 with a year beside it: from the year before, or to the year after."""
    tokens = windows.tight + windows.right
    for first, second in pairwise(tokens):
        if first.kind == "year" and second.kind == "carry" and first.value == state.report_year - 1:
            return "carried_in"
        if first.kind == "carry" and second.kind == "year" and second.value == state.report_year + 1:
            return "carried_forward"
    return None


def _channel(windows: Windows, state: State) -> list[Head] | None:
    if windows.lacks(CHANNELS):
        return None
    named = sum(token.kind == "by_channel" for token in windows.wide)
    if named > 1 or _near(windows, CHANNELS) is None or not _among_requests(windows, state):
        return None
    return [Head("received_by_channel", "", "channel_subset")]


def _applicant(windows: Windows, state: State) -> list[Head] | None:
    if windows.lacks(APPLICANTS):
        return None
    named = sum(token.kind in APPLICANTS for token in windows.wide)
    token = _near(windows, APPLICANTS)
    if named > 1 or token is None or not _among_requests(windows, state):
        return None
    if out_of_reach(windows, token):
        return []
    if token.kind == "applicant_loose":
        return [Head("received_by_applicant", "", "part_of_cell")]
    cells = application_cells("received", token.meaning, state.form_version)
    return [Head(f"received_{token.meaning}" if token.meaning != ORGANIZATIONS else "received_organizations", cells)]


def _intake(windows: Windows, state: State) -> list[Head] | None:
    if windows.number.kind != "case":
        return None
    kinds = windows.wide_kinds
    nouns = [
        token for token in windows.wide + windows.right if token.kind in REQUEST or is_request(windows.sentence, token)
    ]
    strong = [token for token in nouns if token.kind != "ask" or _among_requests(windows, state)]
    head = last_of(windows.wide, INTAKE)
    if head is None:
        head = first_of(windows.right, ANSWERED)
    if head is None or not (strong or state.about_requests()):
        return None
    if out_of_reach(windows, head) or _counts_something_else(windows, strong):
        return []
    code, reading, reason = _verbs_to_reading(kinds, windows.right_kinds, strong)
    part = code == "received" and reading != "received_new" and (windows.names_part() or _behind_a_part(state))
    if part or "qualified" in kinds:
        reason = reason or "wording"
    return [Head(code, application_cells(reading, "total", state.form_version), reason)] if code else None


def _behind_a_part(state: State) -> bool:
    """Whether the figure before in the sentence is a part of the requests, so that this one is the next part."""
    return state.parent is not None and state.parent[0].code == "received" and state.parent[1] == "wording"


def _counts_something_else(windows: Windows, nouns: list[Token]) -> bool:
    """An unknown noun right behind the number, or a foreign one near it, names another thing that is counted."""
    if windows.right_kinds & FOREIGN:
        return True
    if nouns:
        return False
    following = windows.next_character()
    known = windows.right and windows.right[0].start == windows.number.end
    strange = IDEOGRAPH.match(following) and following not in filler() and not known
    head = last_of(windows.wide, VERBS)
    return bool(strange or (head and windows.text_from(head)))


def _verbs_to_reading(left: set[str], right: set[str], nouns: list[Token]) -> tuple[str, str, str | None]:
    """Code, reading and doubt of an intake figure by its verbs; no code where there is neither verb nor 申请."""
    cases = (
        (left & RECEIVED and left & HANDLED, ("received", "received_or_handled", None)),
        ("receive_new" in left and not left & {"receive", "accept"}, ("received", "received_new", None)),
        (left & RECEIVED, ("received", "received", None)),
        ("handle" in left, ("handled", "handled", None)),
        ("handle_loose" in left or right & HANDLED, ("handled", "handled_loose", None)),
        (any(token.kind == "app" for token in nouns), ("received", "received_or_handled", None)),
        (nouns, ("received", "received_loose", "wording")),
    )
    return next((reading for applies, reading in cases if applies), ("", "", None))
