"""Whether a story makes sense: people act where they are, and on what they have seen.

Nobody asks, looks or is told otherwise about what he has seen put there and watched ever since; one
asks only those whose news may be newer than what one saw oneself, speaks where somebody hears it,
and puts the thing where one would have it. Not the oracles need this, but whoever reads: a story in
which somebody takes another's stale word over his own eyes has a provable answer that no reader
would give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from social_r1.hardbench.scenes import interests
from social_r1.hardbench.script import CHANGES, PRIVATE, Act, Line, Script

_ROLL, _ENTER, _LEAVE, _LOOK, _AIM = Act.ROLL, Act.ENTER, Act.LEAVE, Act.LOOK, Act.AIM
_STANCE = Act.STANCE
_SAYS_WISHES = frozenset({Act.AIM, Act.STANCE, Act.SIDE, Act.RIVAL})
_RELAY, _OVERHEAR, _LETTER = Act.RELAY, Act.OVERHEAR, Act.LETTER
_COMES_OR_GOES = frozenset({Act.ROLL, Act.ENTER, Act.LEAVE, Act.NAP, Act.DRIFT, Act.WAKE, Act.STIR})
_RISES = frozenset({Act.WAKE, Act.STIR})
_IN_THE_ROOM = frozenset(
    {Act.MOVE, Act.PEEK_MOVE, Act.LOOK, Act.SAY, Act.OVERHEAR, Act.DOING, Act.NOTE}
)
_WATCHED = frozenset({Act.PEEK_MOVE, Act.OVERHEAR})
_OUT_OF_IT = frozenset({Act.GLIMPSE, Act.FACED_AWAY, Act.QUEST})
_ALONE = frozenset({Act.ENTRY, Act.BLANK})
_BY_WORD = frozenset({Act.TEXT, Act.RELAY, Act.READ, Act.ENTRY, Act.BLANK})
_SEEKS = frozenset({Act.LOOK, Act.GLIMPSE, Act.FACED_AWAY, Act.BLANK})
_IN_VAIN = frozenset({Act.FACED_AWAY, Act.BLANK})
_ALOUD = frozenset({Act.SAY, Act.OVERHEAR})
_SOMEWHERE = _IN_THE_ROOM | _OUT_OF_IT | _BY_WORD | {Act.LETTER}
"""Acts that nobody can do just anywhere and at any time."""
_TELLS = frozenset({Act.TEXT, Act.RELAY, Act.LETTER})
_ENDS = {Act.ENTER: Act.LEAVE, Act.WAKE: Act.NAP, Act.STIR: Act.DRIFT}
"""By what ends somebody's absence of body or mind, what began it."""
_STARTS = frozenset(_ENDS.values())
_OF_NEWS = CHANGES | _SEEKS | _BY_WORD | _ALOUD | _TELLS
"""Acts that bring somebody news of the thing, or might."""


@dataclass(slots=True)
class Eyes:
    """Who has the thing before his eyes, and whose news of it are how old.

    Attributes:
        thing: what it is about.
        aims: where those would have it who say so.
        on: where each sees it who has watched it ever since it was put there.
        inside: who is in the room.
        lost: who sleeps or is far away in mind.
        sight: when each who no longer has it before his eyes last had.
        news: when each of these last saw or heard of it.
        told: who has told whom of it in private, what (None: what he took to be so), and when.
        wants: who gains by which outcome, where the story says so (`scenes.interests`).
        holds: what each would say of it: what he last saw or was told.
        source: from whom each has his news of it, if by word alone.
        peeped: how many changes there had been when each last looked on from elsewhere.
        ways: how each has had it who has changed it.
        by: who changed it last.
        changes: how often it has been changed.
        changed: when it was changed last.
        company: whom each saw there, awake, when he last had it before his eyes and left it.
        place: where it is.
        clock: how many lines have been followed.
    """

    thing: str
    aims: dict[str | None, str | None] = field(default_factory=dict[str | None, str | None])
    on: dict[str, str] = field(default_factory=dict[str, str])
    inside: set[str] = field(default_factory=set[str])
    lost: set[str] = field(default_factory=set[str])
    sight: dict[str, int] = field(default_factory=dict[str, int])
    news: dict[str, int] = field(default_factory=dict[str, int])
    told: dict[tuple[str, str], tuple[str | None, int]] = field(
        default_factory=dict[tuple[str, str], tuple[str | None, int]]
    )
    wants: Mapping[str, str] = field(default_factory=dict[str, str])
    holds: dict[str, str] = field(default_factory=dict[str, str])
    source: dict[str, str] = field(default_factory=dict[str, str])
    peeped: dict[str, int] = field(default_factory=dict[str, int])
    ways: dict[str, str] = field(default_factory=dict[str, str])
    by: str = ""
    changes: int = 0
    changed: int = 0
    company: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    place: str = ""
    clock: int = 0

    def follow(self, line: Line) -> bool:
        """Take a line down; False if nobody in his place could or would do that."""
        self.clock += 1
        if line.act in _COMES_OR_GOES:
            return self._come_or_go(line)
        if line.act in _SOMEWHERE and not self._possible(line):
            return False
        return line.act not in _OF_NEWS or line.thing != self.thing or self._sensible(line)

    def copy(self) -> Eyes:
        """The same eyes, to follow another story with."""
        return Eyes(
            self.thing,
            self.aims,
            self.on.copy(),
            self.inside.copy(),
            self.lost.copy(),
            self.sight.copy(),
            self.news.copy(),
            self.told.copy(),
            self.wants,
            self.holds.copy(),
            self.source.copy(),
            self.peeped.copy(),
            self.ways.copy(),
            self.by,
            self.changes,
            self.changed,
            self.company.copy(),
            self.place,
            self.clock,
        )

    def may_tell(self, speaker: str, hearer: str) -> bool:
        """Whether it makes sense to ask him: he may have newer news than one's own eyes gave."""
        if hearer in self.on or hearer == self.by or self.peeped.get(hearer) == self.changes:
            return False
        newest = self.clock if speaker in self.on else self.news.get(speaker, -1)
        left = speaker in self.inside or speaker in self.company.get(hearer, (speaker,))
        return left and newest >= self.sight.get(hearer, -1)

    def may_send(self, speaker: str, hearer: str) -> bool:
        """Whether he has news for him: not of his own doing, or his own, nor older than his own."""
        if hearer == self.by:
            return False
        if speaker in self.on:
            return True
        by_word = self.news.get(speaker, -1) > self.sight.get(speaker, -1)
        if speaker not in self.news or (by_word and self.source.get(speaker) == hearer):
            return False
        return by_word or not self.saw_more(hearer, speaker)

    def saw_more(self, hearer: str, speaker: str) -> bool:
        """Whether the speaker knows that the hearer had it before his eyes after he himself did."""
        return hearer in self.company.get(speaker, ())

    def has_more_for(self, speaker: str, hearer: str) -> bool:
        """Whether he has not told him of it yet, or has had news since."""
        before = self.told.get((speaker, hearer))
        news = self.news.get(speaker, -1)
        return (
            before is None or (max(news, self.changed) if speaker in self.on else news) > before[1]
        )

    def _come_or_go(self, line: Line) -> bool:
        act, who = line.act, line.actor or ""
        if act is _ROLL:
            self.inside.update(line.people)
        elif act is _ENTER:
            if who in self.inside:
                return False
            self.inside.add(who)
        elif act in _RISES:
            if who not in self.lost:
                return False
            self.lost.discard(who)
        else:
            if who not in self.inside or who in self.lost:
                return False
            if self.on.pop(who, None) is not None:
                self._see(who)
            (self.inside.discard if act is _LEAVE else self.lost.add)(who)
            self.company[who] = frozenset(self.inside - self.lost)
        return True

    def _possible(self, line: Line) -> bool:
        """Whether those who act are where they must be; `scenes.stage` has the last word."""
        act, who, other = line.act, line.actor, line.other
        if act in _IN_THE_ROOM:
            there = who is None or (who in self.inside and who not in self.lost)
            return there and (act not in _WATCHED or other not in self.inside)
        if act in _OUT_OF_IT:
            return who not in self.inside
        if act in _ALONE and who in self.inside and len(self.inside) > 1:
            return False  # somebody would see him read
        if (act in PRIVATE or act is _LETTER) and self.inside.issuperset((who, other)):
            return False  # nobody rings up or writes to one who stands in the same room
        # A letter can wait for one who sleeps.
        return who not in self.lost and (act is _LETTER or other not in self.lost)

    def _sensible(self, line: Line) -> bool:
        act, who, other = line.act, line.actor or "", line.other
        if act in CHANGES:
            return self._change(line)
        if act in _SEEKS:
            return self._seek(act, who)
        if act in _TELLS and not self._tell(who, other or "", line.value):
            return False
        if act is _LETTER:
            return True
        if act is _RELAY:
            fine = self.may_tell(who, other or "")
            self._learn(other or "", self.on.get(who) or self.holds.get(who, ""), who)
            return fine
        return self._hear(line)

    def _hear(self, line: Line) -> bool:
        """Whether those who hear or read it need to, and see nothing to the contrary."""
        aloud, reader = line.act in _ALOUD, line.other or line.actor or ""
        hearers = self.inside - self.lost - {line.actor or ""} if aloud else {reader}
        if any(self.on.get(hearer, line.value) != line.value for hearer in hearers):
            return False
        if line.act is _OVERHEAR:
            hearers.add(reader)
        if aloud and self.on.keys() >= hearers:
            return False  # nobody needs to be told
        for hearer in hearers:
            self._learn(hearer, line.value or "", "" if line.act is Act.ENTRY else line.actor or "")
        return bool(hearers)

    def _tell(self, who: str, other: str, value: str | None) -> bool:
        """Whether he has not told him that before, nor anything else that he had no news since."""
        more, (said, _) = self.has_more_for(who, other), self.told.get((who, other), (None, 0))
        self.told[who, other] = value, self.clock
        if value is not None:
            own_way = self.ways.get(other) == value
            if own_way or self._idle_tale(who, value) or not self.may_send(who, other):
                return False
        return more and (said is None or said != value)

    def _idle_tale(self, who: str, value: str) -> bool:
        """Whether somebody tells a tale who would have it in no way himself."""
        cares = who in self.aims or who in self.wants or who in self.ways
        return not cares and value != (self.on.get(who) or self.holds.get(who))

    def _seek(self, act: Act, who: str) -> bool:
        if who in self.on:
            return False
        if act is not _LOOK:
            if self.peeped.get(who) == self.changes:
                return False
            self.peeped[who] = self.changes
        if act not in _IN_VAIN:
            self._see(who)
            self.company[who] = frozenset()  # whom he saw there is not told
        if act is _LOOK:
            self.on[who] = self.place
        return True

    def _change(self, line: Line) -> bool:
        who, value = line.actor or "", line.value or ""
        if value == self.place or self.aims.get(who, value) != value:
            return False
        if (line.act is Act.PLACE) == bool(self.place):
            return False  # how it was at the start comes before all that becomes of it
        if self.wants.get(who, value[0]) != value[0] or self._other_way(who, value):
            return False
        self.place = value
        self.by = who
        self.changes += 1
        self.changed = self.clock
        self.on = dict.fromkeys(self.inside - self.lost, value)
        if line.other:
            self._see(line.other)
            self.peeped[line.other] = self.changes
            self.company[line.other] = frozenset(self.inside - self.lost)
        return True

    def _other_way(self, who: str, value: str) -> bool:
        """Whether somebody has had it otherwise before; the first way is taken down."""
        return bool(who) and self.ways.setdefault(who, value) != value

    def _see(self, name: str) -> None:
        self.sight[name] = self.clock
        self.news[name] = self.clock
        self.holds[name] = self.place

    def _learn(self, name: str, value: str, source: str) -> None:
        """Somebody has news of it by word: from whom, if from anybody."""
        self.news[name] = self.clock
        self.holds[name] = value
        self.source[name] = source


class Walk:
    """A way through variants of one story: what they share with it is gone over only once.

    Args:
        script: the story.
        thing: what the eyes are on.
    """

    def __init__(self, script: Script, thing: str) -> None:
        self._thing = thing
        self._lines = script.lines
        self._ground = _ground(script)
        self._before = [_at_the_start(script, thing)]

    def through(self, script: Script) -> tuple[Eyes, bool]:
        """As `walked`."""
        if _ground(script) != self._ground:
            return walked(script, self._thing)
        return _follow_on(self._branch(script.lines), script.lines)

    def _branch(self, lines: tuple[Line, ...]) -> Eyes:
        """The eyes before the first line that is not the story's own."""
        shared = 0
        for ours, theirs in zip(self._lines, lines, strict=False):
            if ours is not theirs:
                break
            shared += 1
        while len(self._before) <= shared:
            eyes = self._before[-1].copy()
            if not eyes.follow(self._lines[eyes.clock]):
                break
            self._before.append(eyes)
        return self._before[min(shared, len(self._before) - 1)].copy()


def walked(script: Script, thing: str) -> tuple[Eyes, bool]:
    """What is before whose eyes at the end, and whether all of it made sense.

    Where something did not, the eyes are those of that moment.
    """
    return _follow_on(_at_the_start(script, thing), script.lines)


def _follow_on(eyes: Eyes, lines: tuple[Line, ...]) -> tuple[Eyes, bool]:
    for line in lines[eyes.clock :]:
        if not eyes.follow(line):
            return eyes, False
    return eyes, True


def senseless(script: Script, thing: str) -> bool:
    """Whether somebody does what nobody in his place could or would."""
    return not walked(script, thing)[1]


def without_idle_words(script: Script, thing: str) -> Script:
    """The script without those words and looks about the thing that make no sense."""
    eyes = _at_the_start(script, thing)
    keep = CHANGES | _COMES_OR_GOES
    lines = [x for x in script.lines if eyes.follow(x) or x.act in keep or x.thing != thing]
    return script.with_lines(tuple(lines))


def without_idle_turns(script: Script, thing: str) -> Script:
    """The script without naps, absences and lapses in which nothing becomes of the thing."""
    gone: dict[tuple[str | None, Act], int] = {}
    idle: set[int] = set()
    for number, line in enumerate(script.lines):
        if line.thing == thing and line.act in _OF_NEWS:
            gone.clear()
        elif line.act in _ENDS:
            start = gone.pop((line.actor, _ENDS[line.act]), None)
            idle |= set() if start is None else {start, number}
        elif line.act in _STARTS:
            gone[line.actor, line.act] = number
        else:  # what he does in the meantime hangs on where he is
            gone = {key: start for key, start in gone.items() if not line.involves(key[0] or "")}
    return script.with_lines(tuple(x for i, x in enumerate(script.lines) if i not in idle))


def _at_the_start(script: Script, thing: str) -> Eyes:
    aims, wants = _wishes(script, thing)
    return Eyes(thing, aims, wants=wants)


def _ground(script: Script) -> list[Line]:
    """The lines that say who would have things how."""
    return [line for line in script.lines if line.act in _SAYS_WISHES]


def _wishes(script: Script, thing: str) -> tuple[dict[str | None, str | None], dict[str, str]]:
    """How those who say so would have it, and who gains by which outcome."""
    aims: dict[str | None, str | None] = {}
    staked = False
    for line in script.lines:
        if line.act is _AIM and line.thing == thing:
            aims[line.actor] = line.value
        staked |= line.act is _STANCE
    return aims, interests(script.lines) if staked else {}


def tellers(script: Script, thing: str, hearer: str, people: Iterable[str]) -> list[str]:
    """Those of the people whom it makes sense for the hearer to ask at the end."""
    eyes, _ = walked(script, thing)
    return [p for p in people if p != hearer and eyes.may_tell(p, hearer)]
