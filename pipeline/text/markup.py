"""Text as delivered to plain text: Unicode repaired, HTML and Markdown off, one paragraph or list item a line."""

import html
import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

# What UTF-8 read as Latin-1 or Windows-1252 leaves behind; ftfy (1 MB/s) sees only lines in which this matches.
_MOJIBAKE = re.compile("[ÂÃÄÅÐÑâãåîïð][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_MOJIBAKE_LEADS = frozenset("ÂÃÄÅÐÑâãåîïð")
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u02bc\u034f\u061c\u115f\u1160\u1680\u180e\u2000-\u2012\u2018-\u201f\u2028-\u202f"
    "\u2032\u2033"
    "\u205f-\u206f\u3000\ufb00-\ufb06\ufe00-\ufe0f\ufeff\uff01-\uff5e\U0001d400-\U0001d7ff\U000e0000-\U000e007f]"
)
_SAME = {
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201f\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012", "-"),
    **dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n"),
    **dict.fromkeys(
        "\x1c\x1d\x1e\x1f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
        " ",
    ),
    "\u201a": ",",
    "\u201e": '"',
    "\r": "\n",
}
_LOST_APOSTROPHE = re.compile("(?<=[a-z])\ufffd+(?=(?:s|t|re|ve|ll|d|m)\\b)")

_TAG = re.compile(
    r"</?(?:p|br|div|ul|ol|li|strong|b|i|u|em|h[1-6]|span|a|table|tbody|tr|td|th|hr|font|section|article|img|style"
    r"|script|body|html|dl|dt|dd|center|small|sup|sub|blockquote|pre|o:p)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,6}|[a-zA-Z]{2,8}\d{0,2});")
_BLOCK = re.compile(
    r"<\s*/?\s*(?:p|br|div|ul|ol|li|h[1-6]|tr|table|section|article|hr|dl|dt|dd|blockquote|header|footer|main|pre"
    r"|center)\b",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"\*\*[^\s*]|^#{1,6} \S|\]\(\w+:|\\[-+&.*_#>|~()\[\]!]|(?<!\w)__[^\s_]", re.MULTILINE)
_MARKS = ("**", "# ", "](", "\\", "__")
_LEFT_OVER = re.compile(r"\*\*+|(?<!\w)__+|__+(?!\w)")
BULLETS = "•·▪●◦‣∙■□◆◇►▶➢➤✓✔✅❖○★☆→⁃⚫🔹🔸👉\uf0b7\uf0a7"
_BULLET = re.compile(rf"^(?:[{BULLETS}]+\s*|[*o–—+-]\s+(?=\S)|[-–]{{2,}}\s*|-(?=[A-Z][a-z]))+")
_RULE = re.compile(r"^[\W_]*$")

NOT_GLUED = ("Net", "Js", "Io", "Com", "Ai", "Org", "Co", "Ts", "Py", "Sc", "Tech")
# Patterns that start with a character class are scanned ten times faster than those that start with a lookbehind.
_GLUED = re.compile(rf"([.!?;:])(?=(?!(?:{'|'.join(NOT_GLUED)})\b)[A-ZÀ-Þ][a-zà-ÿ' ])(?<=[a-zà-ÿ)\]%.!?].)")
SECTIONS = (
    "Job Position About Responsibilities Requirements Qualifications Education Experience Skills Location "
    "Duration Salary Benefits Overview Summary Description Key Required Preferred Essential Duties Minimum Basic "
    "Additional Company Our We You Your The This What Who Why How Ability Strong Knowledge Must Bachelor Master "
    "Design Develop Lead Create Provide Support Perform Manage Analyze Collaborate Build Proficiency Proficient "
    "Excellent Demonstrated Understanding Familiarity Working Assist Ensure Identify Conduct Participate "
    "Maintain Implement Equal Employment Compensation Pay Primary Purpose Role Title Type Years For With If Is "
    "All Other Nous Vous Notre Wij Wat Jij Onze Wir Sie Deine Ihre Unser"
).split()
_FIRST_LETTERS = "".join(sorted({word[0] for word in SECTIONS}))
# Its first letter, where a section word stands right behind another character: few capitals are looked at twice.
_SECTION = re.compile(rf"[{_FIRST_LETTERS}](?<=[^ \n].)(?<=(?=(?:{'|'.join(SECTIONS)})[ :'&]).)", re.DOTALL)

HEADINGS = (
    "Overview", "Description", "Summary", "Responsibilities", "Requirements", "Qualifications", "Details", "Duties", "Benefits",
    "About us", "About Us", "Education",
)  # fmt: skip
_HEADING = re.compile(rf"(?:{'|'.join(HEADINGS)})(?=[A-Z][A-Za-z])")


def repair(text: str) -> str:
    """Return `text` in NFC: mojibake undone, quotes, hyphens and spaces unified, invisible characters taken off."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    delivered, letters = text, _odd_letters(text)
    if not letters.isdisjoint(_MOJIBAKE_LEADS) and _MOJIBAKE.search(text):
        text = "\n".join(_fixed(line) if _MOJIBAKE.search(line) else line for line in text.split("\n"))
        letters = _odd_letters(text)
    # One str.replace for each odd letter found is five times faster than a regular expression over the text.
    for letter in sorted(_ODD.findall("".join(letters))):
        text = text.replace(letter, _plain_character(letter))
    if "\ufffd" in letters:
        text = _LOST_APOSTROPHE.sub("'", text).replace("\ufffd", " ")
    whole = text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    # What was taken off may have stood between the two letters of a mojibake.
    again = whole != delivered and not letters.isdisjoint(_MOJIBAKE_LEADS) and _MOJIBAKE.search(whole)
    return repair(whole) if again else whole


_LONG = 500  # characters; of a longer text the odd ones are found in a third of the time by an array


def _odd_letters(text: str) -> set[str]:
    """Return the characters of `text` that are not printable ASCII, each once."""
    if len(text) < _LONG:
        return set(text)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return set(map(chr, set(codes[(codes < ord(" ")) | (codes > ord("~"))].tolist())))


def _fixed(line: str) -> str:
    import ftfy

    return str(ftfy.fix_encoding(line))


@cache
def _plain_character(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    same = unicodedata.normalize("NFKC", character)
    return same if same != character and same.isprintable() else ""


LONGEST_FIELD = 2_000
"""Characters of a short field that are looked at."""


def one_line(text: str | None) -> str:
    """Return a short field (title, employer, place) repaired, without markup, on one line; '' for None.

    Of a longer one the first 2,000 characters: no title, employer or place is so long, and what takes them apart takes
    time that grows with the square of their length.
    """
    if not text:
        return ""
    text = repair(text[:LONGEST_FIELD])
    if "&" in text or "<" in text:
        text = repair(_TAG.sub(" ", unescaped(text)))
    return " ".join(text.split())


@lru_cache(maxsize=65536)
def said(text: str | None) -> str | None:
    """Return a short field cleaned, None where it says nothing."""
    line = one_line(text)
    return line if line and line.casefold() not in ("nan", "none", "null", "n/a") else None


def unescaped(text: str) -> str:
    """Return `text` with HTML entities resolved, until none is left (feeds escape twice)."""
    while _ENTITY.search(text) and (new := html.unescape(text)) != text:
        text = new
    return text


def to_text(text: str | None, markup: str | None = None) -> str:
    """Return `text` as plain text, one paragraph or list item a line, no line empty.

    Args:
        text: as delivered.
        markup: text, html or markdown; None where it must be told from the text. Tags in a text said to be plain are
            taken for HTML all the same: feeds are wrong about it too often to believe them.
    """
    return lines(unmarked(text, markup))


def unmarked(text: str | None, markup: str | None = None) -> str:
    """Return what to_text() brings into lines: `text` repaired, without tags, entities and Markdown."""
    if not text:
        return ""
    text = _without_html(repair(text))
    if markup == "markdown" or (markup is None and any(m in text for m in _MARKS) and _MARKDOWN.search(text)):
        text = _without_html(_from_markdown(text))
    return text


def _without_html(text: str) -> str:
    """Return `text` without tags and entities, however many times they were escaped; each round makes it shorter."""
    while True:
        if "<" in text and _TAG.search(text):
            new = repair(_from_html(text))
        elif "&" in text and _ENTITY.search(text):
            new = repair(unescaped(text))
        else:
            return text
        if len(new) >= len(text):
            return new
        text = new


def lines(text: str) -> str:
    """Return `text` with white space single, bullets and rules off, glued sentences cut apart, empty lines left out."""
    text = _GLUED.sub(r"\1\n", text)
    if _has_glued_heading(text):
        text = _HEADING.sub(r"\g<0>\n", text)
    text = _SECTION.sub(_apart, text)
    return "\n".join(line for line in map(_line, text.split("\n")) if line)


def _has_glued_heading(text: str) -> bool:
    """Return whether a heading may have a capital right behind it: to find each takes half as long as to look for all."""
    for heading in HEADINGS:
        at = text.find(heading)
        while at >= 0:
            at += len(heading)
            if "A" <= text[at : at + 1] <= "Z":
                return True
            at = text.find(heading, at)
    return False


def _apart(match: re.Match[str]) -> str:
    """Return the section's first letter, on a new line where it is glued to a word before it ("softwareRequirements:")."""
    start = match.start()
    before = match.string[max(0, start - 2) : start]
    if (
        not before
        or before[-1] in " \n"
        or before[0].isupper()
        or not (before[-1].islower() or before[-1] in ")]%.!?0123456789")
    ):
        return match.group()
    return "\n" + match.group()


def _line(line: str) -> str:
    line = " ".join(line.split())
    if not line or (
        line[0].isalnum() and line[0] != "o"
    ):  # most lines are no rule and have no bullet, which an o may be
        return line
    line = _BULLET.sub("", line)
    return "" if _RULE.match(line) else line


def _from_html(text: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    blocks = len(_BLOCK.findall(text))
    if 3 * blocks >= text.count("\n"):  # else line ends are the author's, and a few tags stray among them
        text = re.sub(r"\s*\n\s*\n\s*", "\x02", text).replace("\n", " ")
    if blocks:
        text = _BLOCK.sub(lambda m: "\x02" + m.group(), text)
    if text.count("<") > _MOST_TAGS:
        return _TAG.sub(" ", text).replace("\x02", "\n")
    tree = LexborHTMLParser(text)
    tree.strip_tags(["script", "style", "noscript", "template", "head"])
    return (tree.body.text(separator="") if tree.body else "").replace("\x02", "\n")


_MOST_TAGS = 10_000  # in a text; of more, tags are cut out: the parser's time grows with the square of their depth
_MOST_BRACKETS = 5_000  # in a text; more are no links, and the parser's time grows with their square


@cache
def _markdown(links: bool) -> "MarkdownIt":
    from markdown_it import MarkdownIt

    # Lists, code and rules are left to lines(): only what is inline (emphasis, links, escapes) and headings are parsed.
    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["code", "fence", "list", "hr", "lheading", "reference", "html_block", "html_inline", "autolink"])
    return parser if links else parser.disable(["link", "image"])


def _from_markdown(text: str) -> str:
    pieces: list[str] = []
    for token in _markdown(text.count("[") <= _MOST_BRACKETS).parse(text):
        if token.type != "inline":
            continue
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                pieces.append("\n")
            elif child.type in ("text", "code_inline", "text_special"):
                pieces.append(child.content)
        pieces.append("\n")
    return _LEFT_OVER.sub("", "".join(pieces))
