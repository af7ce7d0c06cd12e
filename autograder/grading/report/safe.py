"""What a student made, made harmless for a page that staff and students open.

Guarantees: whatever goes in, what comes out is printable text, escaped, or HTML of a short list of tags without
scripts, event handlers, links, or anything fetched from elsewhere; and it is no longer than the limit asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

CODE_LIMIT_CHARS = 30_000
TEXT_LIMIT_CHARS = 8_000
HTML_LIMIT_CHARS = 3_000_000

_DRAWING = {"svg", "g", "rect", "line", "circle", "path", "text", "tspan"}
_TAGS = (nh3.ALLOWED_TAGS | _DRAWING | {"figure", "figcaption", "mark"}) - {"a", "area", "map", "bdo"}
_PAINT = {"fill", "stroke", "stroke-width", "font-size", "font-family", "font-weight", "text-anchor", "transform"}
_PLACE = {"x", "y", "width", "height", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "d"}
_ATTRIBUTES = {
    "*": {"style", "title", "class"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "details": {"open"},
    "svg": {"viewBox", "width", "height", "role", "font-family", "font-size"},
    **dict.fromkeys(_DRAWING - {"svg"}, _PAINT | _PLACE),
}
_STYLE = re.compile(
    r"\s*(?:background|background-color|border[a-z-]*|color|display|font[a-z-]*|gap|height|line-height|list-style|margin[a-z-]*"
    r"|max-width|min-width|opacity|overflow-x|padding[a-z-]*|text-align|vertical-align|white-space|width)"
    r"\s*:[\w\s.,#%'()+-]*",
)
_FETCHES = re.compile(r"url|image|src|expression", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*\Z")
_OWN_CLASS = re.compile(r"(?:math|ag-)[\w-]*\Z")
_SIGNS = {
    "cdot": "·", "times": "×", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈",
    "to": "→", "rightarrow": "→", "sum": "Σ", "prod": "Π", "sqrt": "√", "in": "∈", "ldots": "…", "dots": "…",
    "cdots": "⋯", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "left": "", "right": "", "quad": "  ",
    "alpha": "α", "beta": "β", "gamma": "γ", "epsilon": "ε", "varepsilon": "ε", "mu": "μ", "sigma": "σ",
    "partial": "∂", "star": "⋆", "ast": "∗", "infty": "∞", "pm": "±", "max": "max", "log": "log", "qquad": "    ",
}  # fmt: skip
_ENDS_OF_PLANES = "".join(chr(plane << 16 | code) for plane in range(17) for code in (0xFFFE, 0xFFFF))
_CONTROL, _SURROGATE, _BIDI = r"\x00-\x08\x0b-\x1f\x7f-\x9f", r"\ud800-\udfff", r"\u202a-\u202e\u2066-\u2069"
_UNPRINTABLE = re.compile(f"[{_CONTROL}{_SURROGATE}{_BIDI}\\ufdd0-\\ufdef{_ENDS_OF_PLANES}]")


def printable(text: str) -> str:
    """The text with every character that is invalid in HTML, or reorders what is read, replaced by a visible sign."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def clip(text: str, limit_chars: int = TEXT_LIMIT_CHARS) -> str:
    """The text if it fits; otherwise its beginning and its end, saying how much is left out."""
    if len(text) <= limit_chars:
        return printable(text)
    head, tail = limit_chars * 2 // 3, limit_chars // 3
    left_out = len(text) - head - tail
    return printable(f"{text[:head]}\n… {left_out:,} characters left out …\n{text[-tail:]}")


def fragment(html: str) -> Markup:
    """An HTML fragment reduced to harmless tags, styles and embedded pictures.

    Args:
        html: any string that claims to be HTML.

    Returns:
        Well-formed markup; empty when the fragment is too long to be a report.
    """
    if len(html) > HTML_LIMIT_CHARS:
        return Markup("")
    cleaned = nh3.clean(
        printable(html),
        tags=_TAGS,
        clean_content_tags={"script", "style", "title"},
        attributes=_ATTRIBUTES,
        attribute_filter=_keep_attribute,
        url_schemes={"data"},
        url_relative="deny",
        link_rel=None,
    )
    return Markup(cleaned)


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if _PICTURE.match(value) else None
    if attribute in _PAINT and _FETCHES.search(value):
        return None
    if attribute == "style":
        kept = [each for each in value.split(";") if _STYLE.fullmatch(each) and not _FETCHES.search(each)]
        return ";".join(kept) or None
    if attribute == "class":
        return " ".join(name for name in value.split() if _OWN_CLASS.match(name)) or None
    return value


def code(source: str) -> Markup:
    """Python source as highlighted HTML (escaped, at most ``CODE_LIMIT_CHARS`` long)."""
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
    return Markup(highlight(clip(source, CODE_LIMIT_CHARS), PythonLexer(ensurenl=False), formatter).rstrip("\n"))


@lru_cache(maxsize=1)
def code_css() -> Markup:
    """Style rules for what :func:`code` returns."""
    return Markup(HtmlFormatter(style="tango").get_style_defs(".code"))


def prose(markdown: str) -> Markup:
    """Markdown as sanitised HTML; formulas stay as they were typed, in italics, because nothing may run to set them."""
    return _prose(clip(markdown))


@lru_cache(maxsize=256)  # a class has its statements in common
def _prose(markdown: str) -> Markup:
    return fragment(_markdown().render(markdown))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(dollarmath_plugin, renderer=_formula)


def _formula(tex: str, _options: dict[str, bool]) -> str:
    """A formula in plain characters, where TeX's commonest words have one."""
    plain = re.sub(r"\\(?:text|mathrm|mathbf)\{([^{}]*)\}", r"\1", tex)
    plain = re.sub(r"\\([A-Za-z]+)", lambda word: _SIGNS.get(word[1], word[0]), plain)
    return str(escape(re.sub(r"\\[,;!]", " ", plain).strip()))


def spreadsheet_text(text: str) -> str:
    """A text that a spreadsheet shows instead of calculating: a leading ``= + - @`` gets an apostrophe in front."""
    plain = " ".join(printable(text).split())
    return f"'{plain}" if plain[:1] in tuple("=+-@") else plain
