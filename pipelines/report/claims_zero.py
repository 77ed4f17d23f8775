"""Nothing received, nothing issued: clauses that state nought without a number."""

from __future__ import annotations

from functools import cache

from pipelines.report.claims_cells import application_cells, review_cells
from pipelines.report.claims_heads import fee_head, rule_head
from pipelines.report.claims_lexicon import Token, vocabulary
from pipelines.report.claims_windows import (
    FIGURES,
    FOREIGN,
    REVIEW_TOPICS,
    RULE_TOPICS,
    Head,
    State,
    is_request,
    kinds_of,
)

NONE_KINDS = frozenset({"none", "none_issue", "none_repeal"})
SPOILERS = frozenset(
    {"by_channel", "applicant_loose", "item", "group", "part_of_item", "outcome", "outcome_loose", "instance"}
    | {"blocker", "other", "processing_fee", "proportion", "qualified", "strong", "in_hand", "other_body"}
    | FIGURES
)
REQUEST = frozenset({"app", "app_weak", "ask"})
CARRIED = frozenset({"carried_in", "carried_forward"})
UNKNOWN_TEXT = 16


def zero_heads(sentence: str, clause: list[Token], state: State) -> list[tuple[Token, Head]]:
    """The heads of a clause (tokens between strong marks) that says that there was none, each with its word.

    Empty where the clause holds a number, or a word that makes 无 deny something else.
    """
    place = next((index for index, token in enumerate(clause) if token.kind in NONE_KINDS), None)
    if place is None:
        return []
    negation, matter = clause[place], clause[place + 1 :]
    if kinds_of(matter) & SPOILERS or kinds_of(clause[:place]) & FIGURES:
        return []
    if _deny_something_else(sentence, negation, matter):
        return []
    heads = _review(matter, state) + _requests(sentence, matter, state) + _rest(negation, matter, state)
    return [(negation, head) for head in heads]


@cache
def _tail() -> frozenset[str]:
    return frozenset(vocabulary()["marks"]["zero_tail"])


def _deny_something_else(sentence: str, negation: Token, matter: list[Token]) -> bool:
    """Whether unknown words follow the matter (无申请被驳回) or too many stand before it."""
    if not matter:
        return True
    end = next((place for place in range(matter[-1].end, len(sentence)) if sentence[place] in _strong()), len(sentence))
    if set(sentence[matter[-1].end : end]) - _tail():
        return True
    known = sum(token.end - token.start for token in matter)
    return matter[-1].end - negation.end - known > UNKNOWN_TEXT


@cache
def _strong() -> frozenset[str]:
    return frozenset(vocabulary()["marks"]["strong"])


def _review(matter: list[Token], state: State) -> list[Head]:
    topics = dict.fromkeys(token.kind for token in matter if token.kind in REVIEW_TOPICS)
    about = state.about_disclosure() or bool(kinds_of(matter) & {"app", "app_weak", "disclosure"})
    reason = None if about else "other_matter"
    return [Head(topic, review_cells((topic,), "total"), reason) for topic in topics]


def _requests(sentence: str, matter: list[Token], state: State) -> list[Head]:
    named = [token for token in matter if token.kind in REQUEST]
    requests = [
        token for token in named if token.kind != "ask" or (is_request(sentence, token) and state.about_requests())
    ]
    if not requests or kinds_of(matter) & (CARRIED | RULE_TOPICS):
        carried = next((token for token in matter if token.kind in CARRIED), None)
        if carried is None or not (requests or state.about_requests()):
            return []
        return [Head(carried.kind, application_cells(carried.kind, "total", state.form_version))]
    return _received_none(sentence, matter, requests[-1], state)


def _received_none(sentence: str, matter: list[Token], request: Token, state: State) -> list[Head]:
    """Nothing received, unless the request is only the cause of what is denied (无因申请引发的复议)."""
    following = [token for token in matter if token.start >= request.end and token.kind != "weak"]
    listed = sentence[request.end : request.end + 1] in vocabulary()["marks"]["listing"]
    if any(token.kind in REVIEW_TOPICS | FOREIGN for token in following) and not listed:
        return []
    if any(token.kind in FOREIGN for token in matter if token.end <= request.start):
        return []
    people = {token.meaning for token in matter if token.kind == "applicant"}
    if len(people) == 1:
        return []
    return [Head("received", application_cells("received", "total", state.form_version))]


def _rest(negation: Token, matter: list[Token], state: State) -> list[Head]:
    """No rules issued or repealed, no fees charged."""
    kinds = kinds_of(matter)
    measure = {"none_issue": "issue", "none_repeal": "repeal"}.get(negation.kind)
    if measure is None:
        stated = [kind for kind in ("issue", "repeal") if kind in kinds]
        measure = stated[0] if len(stated) == 1 else None
    topics = tuple(dict.fromkeys(token.kind for token in matter if token.kind in RULE_TOPICS))
    heads = []
    if measure and topics and not kinds & {"amend", "publish", "disclosure"}:
        heads = [
            rule_head((topic,), measure, state.form_version, qualified="qualified" in kinds, record="record" in kinds)
            for topic in topics
        ]
    if "fee" in kinds:
        heads.append(fee_head(state))
    return heads
