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
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from social_r1.rewards.mentions import Mention, is_bare_answer
from social_r1.rewards.question import Question, flat
from social_r1.rewards.reasons import Reason
from social_r1.trajectory.letters import lower_in_place
from social_r1.trajectory.phrases import Phrases
from social_r1.trajectory.reading import Reading, Sentence
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.stages import Segment
from social_r1.trajectory.words import ItemWords, stems, sure

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
_ANYWHERE = Phrases(
    (
        "backward backwards back",
        r"(?i:\b(?:work|reason|argu)(?:e|ed|ing)? (?:\w+ )?(?:backwards?\b|back from\b))",
    ),
    ("reverse", r"(?i:\breverse[- ]engineer)"),
    ("start starting started", rf"(?i:\bstart(?:ing|ed)? (?:out )?from) {_ANSWER}"),
    (
        "justify defend rationalise rationalize back argue make",
        r"(?i:\b(?:justify|defend|rationali[sz]e|back up|argue for|make (?:a|the) case for)) "
        rf"{_ANSWER}",
    ),
    ("be", rf"{_LETTER} (?i:can|could|must|has to) (?i:be) (?i:justified|defended)"),
    (
        "reason reasons evidence argument arguments support justification",
        r"(?i:\b(?:find|look(?:ing)? for|search(?:ing)? for|give|need|gather|collect"
        r"|here (?:is|are)) (?:\w+ ){0,3}"
        r"(?:reasons?|evidence|arguments?|support|justification) (?:for|why|that)) "
        rf"{_ANSWER}",
    ),
    (
        "explain see show argue",
        rf"(?i:\b(?:explain|see|show|argue) (?:why|how|that)) {_ANSWER}"
        rf" (?i:is|must|has to|should|would|fits|holds|works)",
    ),
    ("explain account arrive get", rf"(?i:\b(?:explain|account for|arrive at|get to)) {_LETTER}"),
    ("make", rf"(?i:\bto make) {_ANSWER} {_HOLD}"),
)
"""Reasoning back from an answer, wherever it stands."""
_PREMISE = Phrases(
    (
        "since because given as assuming supposing granted knowing",
        r"(?i:\b(?:since|because|given(?: that)?|as|assuming(?: that)?|supposing|granted that"
        rf"|knowing that)) {_ANSWER} (?i:is|must be|has to be|should be|would be|to be)\b"
        r"|(?i:\bgiven that (?:this|that|it) is the (?:\w+ )?answer\b)",
    )
)
_SUPPOSED = Phrases(
    (
        "if suppose for",
        rf"(?i:\b(?:if|suppose(?: that)?)) {_ANSWER} (?i:is|must be|holds)\b"
        rf"|(?i:\b(?:for|in order for)) {_ANSWER} (?i:to) {_HOLD}",
    )
)
_FOLLOWS = re.compile(
    r"\b(?:must|has to|have to|had to|needs? to|would have|it follows|(?:this|that) means)\b",
    re.IGNORECASE,
)
"""What an answer is said to entail about the story."""
_ABOUT_IT = Phrases(
    (
        "for make justify defend rationalise rationalize back justification rationale my",
        r"(?i:\b(?:for|in order for) (?:this|that|it) to (?:be (?:true|right|correct|the \w+)|hold"
        r"|work|fit|make sense))"
        r"|(?i:\bto make (?:this|that|it) (?:hold|work|fit|true|right|come out))"
        r"|(?i:^\W*(?:now |then |so |and |but )?(?:(?:i|we|let me|let's|let us) (?:\w+ ){0,3})?"
        r"(?:to )?(?:justify|defend|rationali[sz]e|back) (?:this|that|it)\b)"
        r"|(?i:^\W*(?:justification|rationale|my reasons?)\b\W*:)",
    )
)
"""The same with a pronoun; needs an answer before it."""
_IT_IS = Phrases(("it that this", r"\W*(?:so )?\b(?:it|that|this)(?:'s| is| must be)\b"))
_GRANTED = Phrases(
    (
        "obviously clearly course surely certainly answer verdict solution granted given assume "
        "assuming suppose supposing know be land end arrive",
        r"\b(?:obviously|clearly|of course|surely|certainly|answer|verdict|solution|granted|given"
        r"|assum(?:e|ing)|suppos(?:e|ing)|i (?:already |just )?know|must be|has to be"
        r"|(?:to|we) (?:land|end up)|arrive at)\b",
    )
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
_KEYS = ("answer", "option", "choice", "back", "revers", "justif", "rational", "defend", "reasons")
_KEY_PAIRS = (("make", "th"), ("make", "it"), ("for", "th"), ("for", "it"))
"""A sentence with none of all these and no option named cannot reason back from an answer."""
REACH = 40
"""Characters before a phrase in which it can be refused."""


def find_backward(
    question: Question,
    reading: Reading,
    first: dict[Stage, Segment],
    mentions: Sequence[Mention],
) -> list[Reason]:
    """Every sign of backward justification.

    Args:
        question: its options in their printed order, nothing about the right one.
        reading: the thought.
        first: the run that covers each stage.
        mentions: where it names or picks options.
    """
    return [
        *_words(question, reading, first, mentions),
        *_opening(question, reading),
        *_conclusion_first(first),
    ]


def _words(
    question: Question, reading: Reading, first: dict[Stage, Segment], mentions: Sequence[Mention]
) -> Iterator[Reason]:
    """Sentences that reason back from an answer in so many words."""
    inferred = first.get(Stage.CUE_INTERPRETATION)
    bodies = {part.start: part.body for part in first.values()}
    picks = sorted(m.start for m in mentions)
    answered = picks[0] if picks else len(reading.text)
    answers, granted = reading.having(_IT_IS.words), reading.having(_GRANTED.words)
    keyed = _having_keys(reading)
    named = {reading.number_at(pick) for pick in picks}
    for number in sorted(answers | granted | keyed | named):
        sentence = reading.sentences[number]
        left, right = sentence.start, sentence.end
        body = bodies.get(left, left)
        before = inferred is not None and body <= inferred.body
        if number in answers and _is_answer(reading, sentence, body, question.words):
            answered = min(answered, left)
            if before:
                yield Reason("backward", left, right, "answers before anything is inferred")
        elif number in granted and before and _starts_from(question, sentence):
            yield Reason("backward", left, right, "starts from an answer")
        if number not in keyed and not _any_in(picks, left, right):
            continue
        early = inferred is None or left < inferred.end
        whole = " ".join(reading.text[left:right].split())
        # In other alphabets a letter can be an i whatever its case: there all is looked for.
        tokens = sentence.tokens if whole.isascii() else None
        found = _phrase(whole, tokens, early=early, answered=answered < left)
        if (
            not found
            or lower_in_place(found[0]) in question.told
            or not _is_ours(question, found[0])
        ):
            continue
        if not _REFUSED.search(whole, max(0, found.start() - REACH), found.start()):
            yield Reason("backward", left, right, "reasons back from an answer")


def _having_keys(reading: Reading) -> set[int]:
    """Numbers of the sentences with a key."""
    found = reading.having(filter(_has_key, reading.tokens))
    for first, second in _KEY_PAIRS:
        if first in reading.lowered:
            spoken = enumerate(reading.sentences)
            found |= {n for n, s in spoken if first in s.lowered and f"{first} {second}" in s.text}
    return found


@lru_cache(maxsize=65536)
def _has_key(token: str) -> bool:
    return any(key in token for key in _KEYS)


def _is_answer(reading: Reading, sentence: Sentence, body: int, known: ItemWords) -> bool:
    """Whether a sentence, from its body on, says of an option that it is it, and nothing else."""
    text = sentence.text
    if body != sentence.start:
        text = " ".join(lower_in_place(reading.text[body : sentence.end]).split())
    return _IT_IS.whole.match(text) is not None and is_bare_answer(text, known)


def _starts_from(question: Question, sentence: Sentence) -> bool:
    """Whether a sentence takes an option for granted and tells nothing of the story."""
    if not _GRANTED.whole.search(sentence.text):
        return False
    said = flat(sentence.text)
    held = next((option for option in question.flat if option in said), None)
    if held is None:
        return False
    known = question.words
    return stems(said.replace(held, " ", 1)).isdisjoint(known.story | known.question)


def _any_in(ordered: Sequence[int], left: int, right: int) -> bool:
    """Whether one of the numbers, in order, lies in the range."""
    at = bisect_left(ordered, left)
    return at < len(ordered) and ordered[at] < right


def _is_ours(question: Question, phrase: str) -> bool:
    """Whether the letters in a phrase are options of this item and nobody in its story."""
    return all(map(question.names_option, _ALONE.findall(phrase)))


def _phrase(
    sentence: str, tokens: Collection[str] | None, *, early: bool, answered: bool
) -> re.Match[str] | None:
    """The words of reasoning back, if there are any."""
    found = _ANYWHERE.search(sentence, tokens) or _with_consequence(_PREMISE, sentence, tokens)
    if found or not early:
        return found
    supposed = _with_consequence(_SUPPOSED, sentence, tokens)
    return _ABOUT_IT.search(sentence, tokens) if not supposed and answered else supposed


def _with_consequence(
    phrases: Phrases, sentence: str, tokens: Collection[str] | None
) -> re.Match[str] | None:
    """The phrase, if the sentence goes on to what must be so in the story."""
    found = phrases.search(sentence, tokens)
    return found if found and _FOLLOWS.search(sentence, found.end()) else None


def _opening(question: Question, reading: Reading) -> Iterator[Reason]:
    """The first sentence of substance, if it answers the question and reasons follow it."""
    spoken, about = reading.sentences, question.about
    at = next((n for n, s in enumerate(spoken) if not about.isdisjoint(s.stems)), None)
    if at is None:
        return
    left, right = spoken[at].start, spoken[at].end
    said = flat(reading.lowered[left:right])
    held = next((option for option in question.flat if option in said), None)
    if held is None or reading.lowered[right - 1] == "?":
        return
    before, _, after = said.partition(held)
    rest = stems(f"{before} {after}".partition(" because ")[0]) - sure()
    claims = _WILL.search(said) is not None or rest <= question.words.question
    behind = spoken[at + 1] if at + 1 < len(spoken) else None
    follows = behind and _REASONS.match(reading.lowered[behind.start : behind.end])
    if claims and (_BECAUSE.search(after) or follows):
        yield Reason("backward", left, right, "begins with the answer and gives reasons for it")


def _conclusion_first(first: dict[Stage, Segment]) -> Iterator[Reason]:
    """A headed response before the first interpretation; in free prose a verdict tells."""
    inferred = first.get(Stage.CUE_INTERPRETATION)
    concluded = first.get(Stage.RESPONSE_GENERATION)
    if inferred and concluded and concluded.headed and concluded.start < inferred.start:
        note = "concludes before anything is inferred"
        yield Reason("backward", concluded.start, concluded.end, note)
