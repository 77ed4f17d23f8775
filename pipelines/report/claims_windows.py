"""The surroundings of a number in its sentence, and what the text before it has set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from pipelines.report.claims_lexicon import Token, vocabulary

IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
FIGURES = frozenset({"case", "money", "share"})
CLAUSE_BREAKS = FIGURES | {"strong"}
BREAKS = CLAUSE_BREAKS | {"weak"}
REVIEW_TOPICS = frozenset({"reconsideration", "litigation", "litigation_direct", "litigation_after"})
RULE_TOPICS = frozenset({"regulation", "normative_document"})
DECISION_TOPICS = frozenset({"license", "penalty", "coercion"})
TOPICS = REVIEW_TOPICS | RULE_TOPICS | DECISION_TOPICS | {"fee", "app", "app_weak"}
SECTION_ON_REQUESTS = 3
SECTION_ON_DISPUTES = 4
SECTION_ON_OTHER_MATTERS = 6
FOREIGN = frozenset({"other", "complaint", "processing_fee"})


class Head(NamedTuple):
    """What a figure is about: the claim's code, its cells, and what speaks against comparing it."""

    code: str
    cells: str
    reason: str | None = None


@dataclass(slots=True)
class State:
    """What the text so far has set, for a paragraph: matter, disclosure, whose figures.

    ``body`` and ``time`` are the reasons that the body and the time last named give, ``inherited`` the
    reason that a bracket takes over from the words before it, ``parent`` the claim last made with its
    reason, ``spoken`` whether requests were already counted.
    """

    section_no: int
    report_year: int
    form_version: str
    topics: tuple[str, ...] = ()
    disclosure: bool = False
    requests: bool = False
    body: str | None = None
    time: str | None = None
    inherited: str | None = None
    parent: tuple[Head, str | None] | None = None
    spoken: bool = False

    def about_requests(self) -> bool:
        """Whether a bare verb or 申请 speaks of requests for information."""
        return self.topics == ("app",) or (
            not self.topics and (self.requests or self.section_no == SECTION_ON_REQUESTS)
        )

    def about_disclosure(self) -> bool:
        """Whether a dispute arose from information disclosure."""
        return self.disclosure or self.section_no == SECTION_ON_DISPUTES or self.spoken

    def meet(self, token: Token, *, joined: bool) -> None:
        """Takes note of a token that has been read; ``joined`` when no figure or strong mark parts it from a topic."""
        kind = token.kind
        if kind in FOREIGN or token.meaning == "own":
            self.topics = ()
            self.requests = False
        elif kind in {"app", "app_weak"}:
            self.topics, self.requests, self.disclosure = ("app",), True, True
        elif kind in TOPICS:
            same = joined and self.topics and self.topics != ("app",)
            self.topics = tuple(dict.fromkeys((*self.topics, kind))) if same else (kind,)
        elif kind == "disclosure":
            self.disclosure = True


class Windows(NamedTuple):
    """The tokens around one number.

    ``wide`` since the last strong mark or figure, ``tight`` since the last mark of any kind or figure,
    ``right`` up to the next mark or figure, ``before`` all on the left; ``…_kinds`` the kinds that occur.
    """

    sentence: str
    number: Token
    wide: list[Token]
    tight: list[Token]
    right: list[Token]
    before: list[Token]
    wide_kinds: set[str]
    tight_kinds: set[str]
    right_kinds: set[str]

    def lacks(self, kinds: frozenset[str]) -> bool:
        """Whether none of the kinds stands around the number."""
        return kinds.isdisjoint(self.wide_kinds) and kinds.isdisjoint(self.right_kinds)

    def text_from(self, token: Token) -> str:
        """What stands between a token on the left and the number and is in no word list nor mere filler."""
        if filler().issuperset(self.sentence[token.end : self.number.start]):
            return ""
        known = {place for other in self.wide for place in range(other.start, other.end)}
        return "".join(
            self.sentence[place]
            for place in range(token.end, self.number.start)
            if place not in known and self.sentence[place] not in filler()
        )

    def text_before(self) -> str:
        """What stands right before the number since the last token and is no mere filler."""
        start = self.before[-1].end if self.before else 0
        return "".join(set(self.sentence[start : self.number.start]) - filler())

    def clause(self) -> list[Token]:
        """The tokens on the left since the last strong mark, figures or not."""
        place = next((place for place in range(len(self.before), 0, -1) if self.before[place - 1].kind == "strong"), 0)
        return self.before[place:]

    def names_part(self) -> bool:
        """Whether 其中 or the like stands before, with no other figure between."""
        kinds = (token.kind for token in reversed(self.before))
        return next((kind for kind in kinds if kind in FIGURES or kind == "including"), None) == "including"

    def next_character(self) -> str:
        """The character right behind the number, empty at the sentence's end."""
        return self.sentence[self.number.end : self.number.end + 1]


@cache
def filler() -> frozenset[str]:
    """Characters that carry no matter of their own between a word and its figure."""
    return frozenset(vocabulary()["marks"]["filler"])


def windows_at(sentence: str, tokens: list[Token], index: int) -> Windows:
    """The windows of ``tokens[index]``, a number."""
    wide_from = tight_from = index
    while wide_from and tokens[wide_from - 1].kind not in CLAUSE_BREAKS:
        wide_from -= 1
    while tight_from > wide_from and tokens[tight_from - 1].kind != "weak":
        tight_from -= 1
    right_to = index + 1
    while right_to < len(tokens) and tokens[right_to].kind not in BREAKS:
        right_to += 1
    wide, tight, right = tokens[wide_from:index], tokens[tight_from:index], tokens[index + 1 : right_to]
    kinds = kinds_of(wide), kinds_of(tight), kinds_of(right)
    return Windows(sentence, tokens[index], wide, tight, right, tokens[:index], *kinds)


def last_of(tokens: list[Token], kinds: frozenset[str] | set[str]) -> Token | None:
    """The last token of one of the kinds."""
    for token in reversed(tokens):
        if token.kind in kinds:
            return token
    return None


def first_of(tokens: list[Token], kinds: frozenset[str] | set[str]) -> Token | None:
    """The first token of one of the kinds."""
    for token in tokens:
        if token.kind in kinds:
            return token
    return None


def kinds_of(tokens: list[Token]) -> set[str]:
    """The kinds that occur."""
    return {token.kind for token in tokens}


def is_request(sentence: str, token: Token) -> bool:
    """Whether a bare 申请 stands behind a word that lets it mean a request, not a request for something else."""
    if token.kind != "ask":
        return False
    before = sentence[token.start - 1 : token.start] if token.start else ""
    return not before or before in vocabulary()["marks"]["before_ask"] or not IDEOGRAPH.match(before)
