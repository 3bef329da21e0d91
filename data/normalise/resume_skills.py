"""Read from a résumé the skills it lists, without the verbs around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from data.normalise.resume_found import Found, Reading, is_labelled, items_of, lines_in, listed
from data.normalise.resume_labels import Section
from data.normalise.resume_text import Line, Redacted

__all__ = ["read_skills", "terms_in"]

_LONGEST_TERM = 30
_TERM = re.compile(r"[^,，、;；。\n\t|｜•●]+")
_VERB = re.compile(
    "^(?:\\d+[.、．)]\\s*)?(?:(?:能够?|可以?|会|具有|具备|拥有|有|较强的?|良好的?"
    "|丰富的?)*(?:非?常?熟练|熟悉|精通|掌握|了解|擅长|使用|运用|操作|独立)+(?:地|的|使用|操作|运用|掌握"
    "|应用|进行|完成)*"
    "|proficient (?:in|with)|experienced? (?:in|with)|knowledge of|skilled in|familiar with|strong|good"
    "|владение|знание|опыт работы с)\\s*",
    re.IGNORECASE,
)
_TAIL = re.compile("等(?:相关)?(?:办公)?(?:软件|工具|技能|技术|知识)?$|(?:能力|经验)强$")
_AND = re.compile(r"(?<=[\u4e00-\u9fa5A-Za-z0-9+#])(?:和|以及| and | и )(?=\S)")
_SLASH = re.compile("/")
_NEVER = re.compile(r"(?!)")
_SKILL_LABEL = re.compile(r"^[^:：]{1,16}[:：]\s*")


def read_skills(kept: Redacted) -> Reading:
    """Return the skills that a label or their own section lists.

    Parameters
    ----------
    kept
        The résumé without the person.

    Returns
    -------
    Reading
        Empty where the résumé does not state it.
    """
    lines = [Line(Section.SKILL, each.start, each.text) for each in items_of(kept, "skills")]
    labelled = {line.start for line in lines}
    for line in lines_in(kept, Section.SKILL):
        label = _SKILL_LABEL.match(line.text)
        start = label.end() if label else 0
        if line.start + start not in labelled and not is_labelled(kept, line):
            lines.append(Line(Section.SKILL, line.start + start, line.text[start:]))
    return listed(chain.from_iterable(terms_in(line, joined=True) for line in lines))


def terms_in(line: Line, *, joined: bool = False) -> Iterator[Found]:
    """Return the terms listed in a line.

    Parameters
    ----------
    line
        The line.
    joined
        True where terms may be joined by 和 and the like, which then divides them.

    Yields
    ------
    Found
        A term of 2 to 30 characters.
    """
    for match in _TERM.finditer(line.text):
        start = line.start + match.start()
        divider = _SLASH if len(match[0]) > _LONGEST_TERM else _AND if joined else _NEVER
        for part in _split_at(divider, match[0]):
            text = part.text.lstrip()
            offset = start + part.start + len(part.text) - len(text)
            verb = _VERB.match(text)
            if verb:
                text, offset = text[verb.end() :], offset + verb.end()
            text = _TAIL.sub("", text.rstrip(" .:："))
            if 1 < len(text) <= _LONGEST_TERM:
                yield Found(offset, text)


def _split_at(pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    at = 0
    for match in pattern.finditer(text):
        yield Found(at, text[at : match.start()])
        at = match.end()
    yield Found(at, text[at:])
