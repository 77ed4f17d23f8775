"""The figures that sections 1 to 6 state in words, each with the cells it can be held against.

A sentence is cut into known words and numbers; what a number counts is told by the words of its
clause, whose figure it is and of which time by the words before it. All wordings stand in
``schemas/vocabulary/claims.toml``. What cannot be settled is passed over or marked with a reason:
the comparison quotes a contradiction in public, so a false one costs more than a missed one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from pipelines.report.claims_heads import MEASURES, REVIEW_WORDS, proactive_heads, review_heads
from pipelines.report.claims_lexicon import Token, numerals, tokenise, vocabulary, words, words_to_pattern
from pipelines.report.claims_requests import APPLICANTS, CARRIED, DISPOSITIONS, HANDLED, RECEIVED, request_heads
from pipelines.report.claims_scope import reason_for_bracket, reason_of, time_reason
from pipelines.report.claims_windows import FIGURES, TOPICS, Head, State, windows_at
from pipelines.report.claims_zero import NONE_KINDS, zero_heads
from pipelines.report.model import Claim, Section

HEAD_WORDS = TOPICS | DISPOSITIONS | CARRIED | RECEIVED | HANDLED | APPLICANTS | REVIEW_WORDS | MEASURES
HEAD_WORDS |= {"ask", "by_channel", "decide", "carry"}
MAX_CLAIMS = 400
MAX_SECTION = 100_000
MAX_SENTENCE = 2_000
QUOTED = 400
HEADING = 30
FULL_LINE = 0.75  # of the longest line: a shorter one ends its paragraph
BRACKET = re.compile(r"\(([^()]*)\)")
SPLIT_DIGITS = re.compile(r"(?<=\d)\s+(?=\d)")
BLANK = re.compile(r"\s+")

Found = tuple[Token, Head, str | None]
Aside = tuple[int, str]


def find_claims(sections: Sequence[Section], report_year: int, form_version: str) -> tuple[Claim, ...]:
    """The figures stated in the six sections' text, in order.

    ``form_version`` is ``2019`` or ``2021`` and decides the cells. A count's ``value`` is a number of
    cases; an amount is given in 万元, whatever unit was printed. ``reason`` is a code of ``reasons``
    in ``claims.toml``. At most 400 claims a report; of a section 100,000 characters are read, of a
    sentence 2,000.
    """
    claims = (claim for section in sections for claim in _section_claims(section, report_year, form_version))
    return tuple(islice(claims, MAX_CLAIMS))


def _section_claims(section: Section, report_year: int, form_version: str) -> Iterator[Claim]:
    state = State(section.section_no, report_year, form_version)
    for paragraph in _paragraphs(section.body[:MAX_SECTION]):
        if len(paragraph) > HEADING and not _states_figure(paragraph):
            continue
        for sentence in re.split(_ends(), paragraph):
            if _matters().search(sentence) and _states_figure(sentence):
                yield from _sentence_claims(sentence[:MAX_SENTENCE], state)
            else:
                _take_note(sentence, state)
        if len(paragraph) > HEADING:
            state = State(section.section_no, report_year, form_version)


def _paragraphs(body: str) -> Iterator[str]:
    """Lines of the body, those broken within a sentence joined again: full lines that end without a mark."""
    lines = [line.strip() for line in body.splitlines()]
    full = FULL_LINE * max(map(len, lines), default=0)
    pending = ""
    for text in filter(None, lines):
        if pending and _opening().match(text):
            yield pending
            pending = ""
        pending += text if not pending or not (pending[-1].isdigit() and text[0].isdigit()) else " " + text
        if text[-1] in _closing() or len(text) < full:
            yield pending
            pending = ""
    if pending:
        yield pending


@cache
def _ends() -> re.Pattern[str]:
    return re.compile("[" + re.escape(vocabulary()["marks"]["end"]) + "]")


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(vocabulary()["marks"]["heading"])


@cache
def _closing() -> frozenset[str]:
    return frozenset(vocabulary()["marks"]["end"] + vocabulary()["marks"]["strong"] + ".")


def _states_figure(text: str) -> bool:
    """Whether there is a number with a unit or bare behind 为, or a word for nought: a quick look first."""
    digits, numerals, negations = _figures()
    return bool(digits.search(text) or negations.search(text) or numerals.search(text))


@cache
def _figures() -> tuple[re.Pattern[str], ...]:
    number, units = vocabulary()["number"], vocabulary()["units"]
    unit = "|".join([*units["case"], next(iter(units["money"]))])
    spelled = "|".join(units["spelled"])
    vague = "".join([*number["vague_after"], *number["scale"], *number["thousands"]])
    bare = "|".join(number["behind_bare"])
    negations = "|".join(vocabulary()["marks"]["first_negations"])
    return (
        re.compile(rf"\d[{vague}\s]*(?:{unit})|(?:{bare})\s*\d"),
        re.compile(rf"[{numerals()}]{{1,12}}[{vague}]?(?:{spelled})|(?:{bare})\s*[{numerals()[:2]}]"),
        re.compile(f"{numerals()[0]}(?:{'|'.join(number['zero_before'])})|(?:{negations})(?={_short_of_matter()})"),
    )


def _short_of_matter() -> str:
    """A matter of the tables within the clause."""
    marks = vocabulary()["marks"]
    return f"[^{marks['strong']}{marks['end']}]{{0,60}}?(?:{'|'.join(marks['deniable'])})"


def _take_note(sentence: str, state: State) -> None:
    """What a sentence without a figure sets for the next: that requests are spoken of, and of which body."""
    if _request_words().search(sentence):
        state.requests = state.disclosure = True
    named = _bodies().findall(sentence)
    if named:
        state.body = "office_alone" if words()[named[-1]][0] == "office" else None


@cache
def _bodies() -> re.Pattern[str]:
    return re.compile(words_to_pattern(word for word, (kind, _) in words().items() if kind in {"office", "whole"}))


@cache
def _request_words() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, vocabulary()["marks"]["request_words"])))


@cache
def _matters() -> re.Pattern[str]:
    """The words without which no sentence states a figure of the tables."""
    return re.compile("|".join(map(re.escape, vocabulary()["marks"]["matters"])))


def _sentence_claims(printed: str, state: State) -> Iterator[Claim]:
    text = SPLIT_DIGITS.sub("\0", printed.translate(_half_width()))
    text = _titles().sub("", BLANK.sub("", text).replace("\0", " "))
    main, asides = _brackets_apart(text)
    tokens = tokenise(main)
    found = [_of_other_matters(one, text, main) for one in _part_heads(main, tokens, asides, state)]
    _end_sentence(main, tokens, found, state)
    quoted = BLANK.sub(" ", printed).strip()[:QUOTED]
    for token, head, reason in found:
        yield _claim(state.section_no, token, head, reason, quoted)


def _of_other_matters(found: Found, text: str, main: str) -> Found:
    """A figure of the office's papers, or of cases of which only some, or none, are those of disclosure."""
    token, head, _ = found
    of_papers = head.cells.startswith("application/") and _mark("papers").search(main)
    of_cases = head.cells.startswith("review/") and _of_all_cases(token, text, main)
    return (token, head, "other_matter") if of_papers or of_cases else found


def _of_all_cases(token: Token, text: str, main: str) -> bool:
    """Whether the sentence says that its cases are of other matters, or tells those of disclosure as a part."""
    part = _mark("disputes_part").search(main)
    if part and token.end <= part.start() and not _mark("disclosure_named").search(main[: part.start()]):
        return True
    return _mark("disputes_apart").search(text) is not None


@cache
def _mark(name: str) -> re.Pattern[str]:
    return re.compile(vocabulary()["marks"][name])


@cache
def _half_width() -> dict[int, int]:
    return str.maketrans(vocabulary()["marks"]["full_width"], vocabulary()["marks"]["half_width"])


@cache
def _titles() -> re.Pattern[str]:
    return re.compile(vocabulary()["marks"]["titles"])


def _brackets_apart(text: str) -> tuple[str, list[Aside]]:
    """The sentence without its brackets, and each bracket that holds a digit with its place in that sentence."""
    asides: list[Aside] = []
    removed = 0
    for match in BRACKET.finditer(text):
        if any(map(str.isdigit, match[1])):
            asides.append((match.start() - removed, match[1]))
        removed += len(match[0])
    return BRACKET.sub("", text), asides


def _end_sentence(text: str, tokens: list[Token], found: list[Found], state: State) -> None:
    """What the next sentence of the paragraph takes over."""
    last = next((token for token in reversed(tokens) if token.kind in {"office", "whole"}), None)
    if last is not None and last.kind == "office":
        state.body = "office_alone"
    elif last is not None:
        state.body = "whole_area" if any(reason == "whole_area" for _, _, reason in found) else None
    if found:
        state.time = time_reason(text, tokens, "", state)
        state.body = "other_body" if found[-1][2] == "other_body" else state.body
    state.parent = None
    state.spoken = state.spoken or any(head.cells.startswith("application") for _, head, _ in found)


def _part_heads(text: str, tokens: list[Token], asides: list[Aside], state: State) -> list[Found]:
    """Number or negation, head and reason of every claim of a sentence and its brackets; moves the state on."""
    found: list[Found] = []
    waiting = list(reversed(asides))
    clause_from, joined = 0, False
    for index, token in enumerate(tokens):
        while waiting and waiting[-1][0] <= token.start:
            found += _aside_heads(text, waiting.pop(), tokens, state)
        if token.kind in FIGURES:
            heads = _heads_at(text, tokens, index, state)
            found += [(token, head, reason_of(text, tokens, index, head, state)) for head in heads]
            state.parent = found[-1][1:] if heads else state.parent
            joined = False
        elif token.kind == "strong":
            found += _zeros(text, tokens, clause_from, index, state)
            clause_from, joined = index + 1, False
        else:
            state.meet(token, joined=joined)
            joined = joined or token.kind in TOPICS
    found += _zeros(text, tokens, clause_from, len(tokens), state)
    for aside in reversed(waiting):
        found += _aside_heads(text, aside, tokens, state)
    return found


def _aside_heads(text: str, aside: Aside, tokens: list[Token], state: State) -> list[Found]:
    """The claims of a bracket: it speaks of the matter, body and time of the words before it and leaves them alone."""
    place, words = aside
    topics, parent = state.topics, state.parent
    state.inherited = reason_for_bracket(text, place, tokens, state)
    found = _part_heads(words, tokenise(words), [], state)
    state.topics, state.parent, state.inherited = topics, parent, None
    return found


def _heads_at(text: str, tokens: list[Token], index: int, state: State) -> list[Head]:
    windows = windows_at(text, tokens, index)
    if windows.tight_kinds & NONE_KINDS:
        return []
    if windows.lacks(HEAD_WORDS):
        return []
    for read in (review_heads, proactive_heads, request_heads):
        heads = read(windows, state)
        if heads is not None:
            return heads
    return []


def _zeros(text: str, tokens: list[Token], start: int, end: int, state: State) -> list[Found]:
    clause = tokens[start:end]
    if not any(token.kind in NONE_KINDS for token in clause):
        return []
    return [
        (negation, head, reason_of(text, tokens, tokens.index(negation), head, state))
        for negation, head in zero_heads(text, clause, state)
    ]


def _claim(section_no: int, token: Token, head: Head, reason: str | None, quoted: str) -> Claim:
    """The claim of a number, or of nought where ``token`` is a negation; amounts in 万元."""
    units = vocabulary()["units"]
    value, unit = (token.value, token.meaning or None) if token.kind in FIGURES else (0.0, None)
    if token.kind == "money":
        value, unit = value * units["money"][token.meaning], units["amount"]
    return Claim(section_no, head.code, value, unit, quoted, head.cells, reason)
