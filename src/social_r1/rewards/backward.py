"""Backward justification: an answer first, reasons fitted to it (paper section 1, parasitism).

Three things are found, none of which needs to know which option is right:

- *words* of reasoning back from an answer: ``Since the answer is B, she must have ...``, ``to make
  option C right``, ``working backwards``, ``we need to justify B``. ``If B is right, she must ...``
  counts only before the end of the inference: after it, it may be a check. So does ``this`` for an
  answer (``For this to hold, ...``), and an answer must stand before it. What the thinker says not
  to do (``rather than work backwards``) and what the story itself says counts for nothing;
- an *opening* that is the answer in the words of the question, with its reasons behind it, and a
  sentence before the inference that is an option and nothing else, or takes one for granted and
  tells nothing of the story;
- a *response* under its heading that stands before any interpretation.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from social_r1.items import SocialItem
from social_r1.rewards.mentions import Mention, is_bare_answer, names_option
from social_r1.rewards.reasons import Reason
from social_r1.trajectory.letters import lower_in_place
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.stages import Segment
from social_r1.trajectory.words import ItemWords, item_words, sentences, stems, sure

_LETTER = (
    r"(?:[(\[\"“][A-O][)\]\"”]|[B-HJ-O](?![\w'’-])"
    r"|A(?=\s*(?:[?.!,;:]|$)|\s(?:is|must|has to|to be|holds|can|could)\b))"
)
"""An option's letter; A and the pronoun I only where they cannot be words."""
_ANSWER = (
    rf"(?:(?i:(?:the |this |that |my |our )?(?:right |correct |best |final |chosen |given )?"
    rf"(?:answer|option|choice))(?: (?:is )?(?:{_LETTER}|A\b))?|{_LETTER})"
)
_HOLD = r"(?i:be|hold|holds|work|works|fit|fits|make sense|come out|stand|true|right|correct)\b"
_ANYWHERE = re.compile(
    r"(?i:\b(?:work|reason|argu)(?:e|ed|ing)? (?:\w+ )?(?:backwards?\b|back from\b))"
    r"|(?i:\breverse[- ]engineer)"
    rf"|(?i:\bstart(?:ing|ed)? (?:out )?from) {_ANSWER}"
    r"|(?i:\b(?:justify|defend|rationali[sz]e|back up|argue for|make (?:a|the) case for)) "
    rf"{_ANSWER}"
    rf"|{_LETTER} (?i:can|could|must|has to) (?i:be) (?i:justified|defended)"
    r"|(?i:\b(?:find|look(?:ing)? for|search(?:ing)? for|give|need|gather|collect|here (?:is|are)) "
    r"(?:\w+ ){0,3}(?:reasons?|evidence|arguments?|support|justification) (?:for|why|that)) "
    rf"{_ANSWER}"
    rf"|(?i:\b(?:explain|see|show|argue) (?:why|how|that)) {_ANSWER}"
    rf" (?i:is|must|has to|should|would|fits|holds|works)"
    rf"|(?i:\b(?:explain|account for|arrive at|get to)) {_LETTER}"
    rf"|(?i:\bto make) {_ANSWER} {_HOLD}"
)
"""Reasoning back from an answer, wherever it stands."""
_PREMISE = re.compile(
    r"(?i:\b(?:since|because|given(?: that)?|as|assuming(?: that)?|supposing|granted that"
    rf"|knowing that)) {_ANSWER} (?i:is|must be|has to be|should be|would be|to be)\b"
    r"|(?i:\bgiven that (?:this|that|it) is the (?:\w+ )?answer\b)"
)
_SUPPOSED = re.compile(
    rf"(?i:\b(?:if|suppose(?: that)?)) {_ANSWER} (?i:is|must be|holds)\b"
    rf"|(?i:\b(?:for|in order for)) {_ANSWER} (?i:to) {_HOLD}"
)
_FOLLOWS = re.compile(
    r"\b(?:must|has to|have to|had to|needs? to|would have|it follows|(?:this|that) means)\b",
    re.IGNORECASE,
)
"""What an answer is said to entail about the story."""
_ABOUT_IT = re.compile(
    r"(?i:\b(?:for|in order for) (?:this|that|it) to (?:be (?:true|right|correct|the \w+)|hold|work"
    r"|fit|make sense))"
    r"|(?i:\bto make (?:this|that|it) (?:hold|work|fit|true|right|come out))"
    r"|(?i:^\W*(?:now |then |so |and |but )?(?:(?:i|we|let me|let's|let us) (?:\w+ ){0,3})?(?:to )?"
    r"(?:justify|defend|rationali[sz]e|back) (?:this|that|it)\b)"
    r"|(?i:^\W*(?:justification|rationale|my reasons?)\b\W*:)"
)
"""The same with a pronoun; needs an answer before it."""
_IT_IS = re.compile(r"\W*(?:so )?(?:it|that|this)(?:'s| is| must be)\b")
_GRANTED = re.compile(
    r"\b(?:obviously|clearly|of course|surely|certainly|answer|verdict|solution|granted|given"
    r"|assum(?:e|ing)|suppos(?:e|ing)|i (?:already |just )?know|must be|has to be"
    r"|(?:to|we) (?:land|end up)|arrive at)\b"
)
"""What is said of an answer that stands before its reasons."""
_ALONE = re.compile(r"(?<![\w'’])[A-O](?![\w'’])")
_REFUSED = re.compile(r"(?i:\b(?:not|never|avoid|without|instead of|rather than|no need|no)\b|n't)")
_WILL = re.compile(r"\b(?:will|would|is going to|must be|most likely)\b|'(?:ll|d)\b")
_BECAUSE = re.compile(r"\b(?:because|since|as)\b")
_REASONS = re.compile(
    r"\W*(?:why\b|because\b|(?:the|my) reasons?\b|reasons?\b|after all\b"
    r"|(?:this|that|it)(?:'s| is) because\b|justification\b|rationale\b|explanation\b)"
)
_MARKS = re.compile(r"[^\w'’-]+")
_KEYS = (
    "answer", "option", "choice", "back", "revers", "justif", "rational", "defend", "reasons",
    "make th", "make it", "for th", "for it",
)  # fmt: skip
"""A sentence with none of these in it and no option named cannot reason back from an answer."""
REACH = 40
"""Characters before a phrase in which it can be refused."""


def find_backward(
    item: SocialItem,
    thought: str,
    first: dict[Stage, Segment],
    mentions: Sequence[Mention],
) -> list[Reason]:
    """Every sign of backward justification.

    Args:
        item: the question; its options in their printed order, nothing about the right one.
        thought: the thought in plain letters.
        first: the run that covers each stage.
        mentions: where it names or picks options.
    """
    places = sentences(thought)
    return [
        *_words(item, thought, places, first, mentions),
        *_opening(item, thought, places),
        *_conclusion_first(first),
    ]


def _words(
    item: SocialItem,
    thought: str,
    places: Sequence[tuple[int, int]],
    first: dict[Stage, Segment],
    mentions: Sequence[Mention],
) -> Iterator[Reason]:
    """Sentences that reason back from an answer in so many words."""
    told = lower_in_place(f"{item.story}\n{item.question}")
    known = item_words(item)
    inferred = first.get(Stage.CUE_INTERPRETATION)
    bodies = {part.start: part.body for part in first.values()}
    picks = sorted(m.start for m in mentions)
    answered = picks[0] if picks else len(thought)
    for left, right in places:
        sentence = " ".join(thought[left:right].split())
        lowered = lower_in_place(sentence)
        body = bodies.get(left, left)
        if _is_answer(" ".join(lower_in_place(thought[body:right]).split()), known):
            answered = min(answered, left)
            if inferred and body <= inferred.body:
                yield Reason("backward", left, right, "answers before anything is inferred")
        elif inferred and body <= inferred.body and _starts_from(item, lowered, known):
            yield Reason("backward", left, right, "starts from an answer")
        if not (_any_in(picks, left, right) or any(key in lowered for key in _KEYS)):
            continue
        early = inferred is None or left < inferred.end
        found = _phrase(sentence, early=early, answered=answered < left)
        if not found or lower_in_place(found[0]) in told or not _is_ours(item, found[0]):
            continue
        if not _REFUSED.search(sentence, max(0, found.start() - REACH), found.start()):
            yield Reason("backward", left, right, "reasons back from an answer")


def _is_answer(lowered: str, known: ItemWords) -> bool:
    """Whether a sentence says of an option that it is it, and nothing else."""
    return _IT_IS.match(lowered) is not None and is_bare_answer(lowered, known)


def _starts_from(item: SocialItem, lowered: str, known: ItemWords) -> bool:
    """Whether a sentence takes an option for granted and tells nothing of the story."""
    if not _GRANTED.search(lowered):
        return False
    sentence = _flat(lowered)
    held = next((o for o in map(_flat, item.options) if o.strip() and o in sentence), None)
    if held is None:
        return False
    return stems(sentence.replace(held, " ", 1)).isdisjoint(known.story | known.question)


def _any_in(ordered: Sequence[int], left: int, right: int) -> bool:
    """Whether one of the numbers, in order, lies in the range."""
    at = bisect_left(ordered, left)
    return at < len(ordered) and ordered[at] < right


def _is_ours(item: SocialItem, phrase: str) -> bool:
    """Whether the letters in a phrase are options of this item and nobody in its story."""
    return all(names_option(item, letter) for letter in _ALONE.findall(phrase))


def _phrase(sentence: str, *, early: bool, answered: bool) -> re.Match[str] | None:
    """The words of reasoning back, if there are any."""
    found = _ANYWHERE.search(sentence) or _with_consequence(_PREMISE, sentence)
    if found or not early:
        return found
    supposed = _with_consequence(_SUPPOSED, sentence)
    return _ABOUT_IT.search(sentence) if not supposed and answered else supposed


def _with_consequence(pattern: re.Pattern[str], sentence: str) -> re.Match[str] | None:
    """The phrase, if the sentence goes on to what must be so in the story."""
    found = pattern.search(sentence)
    return found if found and _FOLLOWS.search(sentence, found.end()) else None


def _opening(item: SocialItem, thought: str, places: Sequence[tuple[int, int]]) -> Iterator[Reason]:
    """The first sentence of substance, if it answers the question and reasons follow it."""
    known = item_words(item)
    about = known.story.union(known.question, *known.options)
    lowered = lower_in_place(thought)
    at = next((n for n, (a, b) in enumerate(places) if stems(lowered[a:b]) & about), None)
    if at is None:
        return
    left, right = places[at]
    sentence = _flat(lowered[left:right])
    held = next((o for o in map(_flat, item.options) if o.strip() and o in sentence), None)
    if held is None or lowered[right - 1] == "?":
        return
    before, _, after = sentence.partition(held)
    rest = stems(f"{before} {after}".partition(" because ")[0]) - sure()
    claims = _WILL.search(sentence) is not None or rest <= known.question
    behind = lowered[slice(*places[at + 1])] if at + 1 < len(places) else ""
    if claims and (_BECAUSE.search(after) or _REASONS.match(behind)):
        yield Reason("backward", left, right, "begins with the answer and gives reasons for it")


def _flat(text: str) -> str:
    """The words of a text in lower case between single spaces."""
    return f" {_MARKS.sub(' ', lower_in_place(text)).strip()} "


def _conclusion_first(first: dict[Stage, Segment]) -> Iterator[Reason]:
    """A headed response before the first interpretation; in free prose a verdict tells."""
    inferred = first.get(Stage.CUE_INTERPRETATION)
    concluded = first.get(Stage.RESPONSE_GENERATION)
    if inferred and concluded and concluded.headed and concluded.start < inferred.start:
        note = "concludes before anything is inferred"
        yield Reason("backward", concluded.start, concluded.end, note)
