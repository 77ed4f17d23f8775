"""From a number's surroundings to what it counts in sections 2 and 4 of the form.

Each function gives the heads of one number, an empty list where the words are of its field but
cannot be settled, and null where they are of another field. Settled means settled: a figure read
for another cell is quoted as a contradiction in public, one that is passed over harms nobody.
"""

from __future__ import annotations

from pipelines.report.claims_cells import proactive_cells, review_cells
from pipelines.report.claims_lexicon import Token, vocabulary
from pipelines.report.claims_windows import (
    DECISION_TOPICS,
    FOREIGN,
    REVIEW_TOPICS,
    RULE_TOPICS,
    SECTION_ON_OTHER_MATTERS,
    Head,
    State,
    Windows,
    first_of,
    kinds_of,
    last_of,
)

NO_CELL_MEANT = frozenset({"instance", "part_of_cell"})
UNKNOWN_NAME = 2  # characters of unknown text that may stand before a figure whose matter follows it
UNKNOWN_TEXT = 6  # characters of unknown text that may stand between a matter and its figure
MEASURES = frozenset({"issue", "repeal", "in_force", "publish", "disclosed_total"})
CATEGORIES = {
    "license": "administrative_license",
    "penalty": "administrative_penalty",
    "coercion": "administrative_coercion",
}
FIRM_MEASURES = MEASURES - {"publish"}
SECTION_2_WORDS = RULE_TOPICS | DECISION_TOPICS | MEASURES | {"decide"}
OUTCOME_KINDS = frozenset({"outcome"})
REVIEW_WORDS = REVIEW_TOPICS | {"outcome", "outcome_loose", "instance"}


def topics_in(windows: Windows, state: State, field: frozenset[str]) -> tuple[str, ...]:
    """The matters of one field that a number speaks of: named before it, or right behind it, or carried on."""
    follows = field & windows.right_kinds and not field & windows.tight_kinds
    for tokens in (windows.right, windows.wide) if follows else (windows.wide,):
        found = tuple(dict.fromkeys(token.kind for token in tokens if token.kind in field))
        if found:
            return found
    return state.topics if state.topics and set(state.topics) <= field else ()


def out_of_reach(windows: Windows, head: Token | None) -> bool:
    """Whether something foreign or too much unknown text stands between a word and its number."""
    if head is None:
        return False
    if head.start > windows.number.start:
        return len(windows.text_before()) > UNKNOWN_NAME
    behind = [token for token in windows.wide if token.start >= head.end]
    return bool(kinds_of(behind) & FOREIGN) or len(windows.text_from(head)) > UNKNOWN_TEXT


def _each(topics: tuple[str, ...], windows: Windows) -> tuple[tuple[str, ...], ...]:
    """The figure belongs to each matter (各, 均, or nought) or to all together; to none where 分别 deals them out."""
    if len(topics) < 2:
        return (topics,)
    kinds = windows.wide_kinds
    if "apart" in kinds:
        return ()
    if "each" in kinds or windows.number.value == 0:
        return tuple((topic,) for topic in topics)
    return (topics,)


def review_heads(windows: Windows, state: State) -> list[Head] | None:
    """Section 4: reconsideration and litigation, totals and outcomes."""
    if windows.lacks(REVIEW_WORDS):
        return None
    named = last_of(windows.wide, REVIEW_TOPICS)
    outcome = last_of(windows.tight, OUTCOME_KINDS)
    if outcome is None and named is None:
        outcome = first_of(windows.right, OUTCOME_KINDS)
    topics = topics_in(windows, state, REVIEW_TOPICS)
    if not topics:
        return None
    near = windows.tight_kinds | windows.right_kinds
    if named is None and outcome is None and not near & REVIEW_WORDS:
        return None
    if out_of_reach(windows, outcome or named):
        return []
    reason = _review_reason(windows, state)
    groups = _each(_specific(topics), windows)
    heads = [_review_head(group, outcome.meaning if outcome else "total", reason) for group in groups]
    return [head._replace(cells="") for head in heads] if reason in NO_CELL_MEANT else heads


def _specific(topics: tuple[str, ...]) -> tuple[str, ...]:
    """行政诉讼 beside one of its two channels says no more than the channel."""
    if {"litigation_direct", "litigation_after"} & set(topics):
        return tuple(topic for topic in topics if topic != "litigation")
    return topics


def _review_reason(windows: Windows, state: State) -> str | None:
    kinds = windows.tight_kinds | windows.right_kinds
    acting = kinds_of(windows.clause()) & {"accept", "handle_loose", "as_review_body"}
    reconsidered = "reconsideration" in windows.wide_kinds | windows.right_kinds
    reasons = (
        ("instance" in kinds, "instance"),
        ("outcome_loose" in kinds, "part_of_cell"),
        (not state.about_disclosure(), "other_matter"),
        ("qualified" in windows.wide_kinds, "wording"),
        (acting and reconsidered, "review_body"),
    )
    return next((reason for applies, reason in reasons if applies), None)


def _review_head(topics: tuple[str, ...], outcome: str, reason: str | None) -> Head:
    name = topics[0] if len(topics) == 1 else ("disputes" if "reconsideration" in topics else "litigation")
    code = name if outcome == "total" else f"{name}_{outcome}"
    return Head(code, review_cells(topics, outcome), reason)


def proactive_heads(windows: Windows, state: State) -> list[Head] | None:
    """Section 2: rules and normative documents, decisions, fees."""
    if windows.number.kind == "money":
        return _fee_heads(windows, state)
    if windows.lacks(SECTION_2_WORDS):
        return None
    topics = topics_in(windows, state, RULE_TOPICS)
    if topics:
        return _rule_heads(windows, state, topics)
    topics = topics_in(windows, state, DECISION_TOPICS)
    if topics:
        return _decision_heads(windows, state, topics)
    return None


def _fee_heads(windows: Windows, state: State) -> list[Head]:
    named = last_of(windows.wide, {"fee"})
    if (named is None and state.topics != ("fee",)) or out_of_reach(windows, named) or "waive" in windows.wide_kinds:
        return []
    return [fee_head(state)]


def fee_head(state: State) -> Head:
    """The head of the agency's charges; where disclosure is spoken of, the charge may be that of article 42."""
    cells = proactive_cells(("administrative_fee",), "amount", state.form_version)
    doubtful = state.disclosure or state.section_no == SECTION_ON_OTHER_MATTERS
    return Head("administrative_fee_amount", cells, "no_cell" if not cells else "wording" if doubtful else None)


def _rule_heads(windows: Windows, state: State, topics: tuple[str, ...]) -> list[Head] | None:
    named = last_of(windows.wide, RULE_TOPICS)
    kinds = windows.wide_kinds
    measure = last_of(windows.wide, FIRM_MEASURES) or last_of(windows.wide, MEASURES)
    measure = measure or first_of(windows.right, MEASURES)
    if measure is None:
        return [] if named else None
    spoilt = "amend" in kinds or {"issue", "repeal"} <= kinds
    if spoilt or out_of_reach(windows, named) or out_of_reach(windows, measure):
        return []
    return [
        rule_head(group, measure.kind, state.form_version, qualified="qualified" in kinds, record="record" in kinds)
        for group in _each(topics, windows)
    ]


def rule_head(topics: tuple[str, ...], measure: str, form_version: str, *, qualified: bool, record: bool) -> Head:
    """The head of rules or normative documents, by measure."""
    cells = proactive_cells(topics, measure, form_version)
    reason = None
    if not cells:
        reason = "no_cell"
    elif measure == "publish" or record:
        reason = "published_only"
    elif qualified:
        reason = "wording"
    name = topics[0] if len(topics) == 1 else "rules_and_documents"
    return Head(f"{name}_{measure}", cells, reason)


def _decision_heads(windows: Windows, state: State, topics: tuple[str, ...]) -> list[Head] | None:
    named = last_of(windows.wide, DECISION_TOPICS)
    near = windows.tight_kinds | windows.right_kinds
    if named is None and not near & (DECISION_TOPICS | {"decide"}):
        return None
    if out_of_reach(windows, named) or near & FOREIGN:
        return []
    reason = _decision_reason(windows)
    return [decision_head(group, state.form_version, reason) for group in _each(topics, windows)]


def decision_head(topics: tuple[str, ...], form_version: str, reason: str | None) -> Head:
    """The head of decisions on licences, penalties, coercion."""
    name = CATEGORIES[topics[0]] if len(topics) == 1 else "decisions"
    categories = tuple(CATEGORIES[topic] for topic in topics)
    return Head(f"{name}_decisions", proactive_cells(categories, "decisions", form_version), reason)


def _decision_reason(windows: Windows) -> str | None:
    """Published items, catalogues and applications are counted in the same words as decisions."""
    units = vocabulary()["units"]
    before = kinds_of(windows.before)
    near = windows.wide_kinds | windows.right_kinds
    if windows.number.meaning in units["published_only"] or "publish" in before or "record" in near:
        return "published_only"
    if "decide" in near:
        return None
    doubtful = near & {"handle", "handle_loose", "accept", "receive", "ask"}
    return "wording" if doubtful or windows.number.meaning in units["catalogue_only"] else None
