"""Every text of the rooms that a reader may see, and the Vietnamese catalogue.

Run ``.venv/bin/python tests/texts.py`` to bring locale/vi in line with the sources: new texts come in without a
translation, texts that are gone go. `xgettext` cannot do it: the messages of errors are plain strings, because pure
modules import no Django.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/vi/LC_MESSAGES/django.po"
ROOMS = ("gis_core", "layers", "hydrants", "routes")
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURALS = {"ngettext", "ngettext_lazy"}
PLAIN_TABLES = {"_FRAMEWORK_ERRORS"}
"""Tables whose sentences are marked by standing there."""

HEADER = """\
Project-Id-Version: thuy-lo
PO-Revision-Date: 2026-11-22 00:00+0700
Last-Translator:
Language-Team: vi
Language: vi
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit
Plural-Forms: nplurals=1; plural=0;
"""

Texts = dict[str, str | None]
"""English text to its plural, None where it has none."""


def texts_of_sources() -> Texts:
    """Collect the texts of all rooms."""
    modules = [ast.parse(path.read_text("utf-8")) for path in _files("*.py") if "migrations" not in path.parts]
    errors = _error_classes(modules)
    found: Texts = {}
    for module in modules:
        for node in ast.walk(module):
            found |= dict(_texts_of(node, errors))
    for path in _files("templates/**/*.html"):
        found |= dict.fromkeys(_texts_of_template(path.read_text("utf-8")))
    return found


def read_catalogue() -> dict[str, str]:
    """Read English to Vietnamese; the translation is empty where it is missing."""
    entries = re.findall(
        r'^msgid ((?:".*"\n)+)(?:msgid_plural (?:".*"\n)+)?msgstr(?:\[0\])? ((?:".*"\n?)+)',
        CATALOGUE.read_text("utf-8"),
        re.MULTILINE,
    )
    return {_unquote(msgid): _unquote(msgstr) for msgid, msgstr in entries if _unquote(msgid)}


def write_catalogue(texts: Texts, translations: dict[str, str]) -> None:
    """Write the catalogue in the order of the English texts."""
    entries = [_entry("", None, HEADER)]
    entries += [_entry(text, texts[text], translations.get(text, "")) for text in sorted(texts)]
    CATALOGUE.write_text("\n".join(entries), "utf-8")


def _files(pattern: str) -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob(pattern))


def _error_classes(modules: list[ast.Module]) -> set[str]:
    classes = [node for module in modules for node in ast.walk(module) if isinstance(node, ast.ClassDef)]
    known, before = {"ThuyLoError"}, 0
    while len(known) > before:
        before = len(known)
        known |= {each.name for each in classes if any(_name(base) in known for base in each.bases)}
    return known


def _texts_of(node: ast.AST, errors: set[str]) -> Iterator[tuple[str, str | None]]:
    if isinstance(node, ast.Call) and node.args:
        name, first = _name(node.func), _string(node.args[0])
        if first and name in PLURALS:
            yield first, _string(node.args[1])
        elif first and (name in MARKS or name in errors):
            yield first, None
    elif isinstance(node, ast.ClassDef) and node.name in errors:
        for line in node.body:
            targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
            if _name(targets[0]) == "title" and (title := _string(getattr(line, "value", None))):
                yield title, None
    elif isinstance(node, ast.AnnAssign) and _name(node.target) in PLAIN_TABLES:
        texts = (_string(each) for each in ast.walk(node))
        yield from ((text, None) for text in texts if text and " " in text)


def _name(node: ast.AST | None) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _string(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _texts_of_template(source: str) -> list[str]:
    marked = re.findall(r"""\{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""", source)
    blocks = re.findall(r"\{%\s*blocktranslate[^%]*trimmed\s*%\}(.*?)\{%\s*endblocktranslate", source, re.DOTALL)
    trimmed = [" ".join(line.strip() for line in block.strip().splitlines()) for block in blocks]
    return [a or b for a, b in marked] + [re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", block) for block in trimmed]


def _entry(text: str, plural: str | None, translation: str) -> str:
    flag = "#, python-format\n" if re.search(r"%\(\w+\)", text) else ""
    if plural is None:
        return f"{flag}msgid {_quote(text)}\nmsgstr {_quote(translation)}\n"
    return f"{flag}msgid {_quote(text)}\nmsgid_plural {_quote(plural)}\nmsgstr[0] {_quote(translation)}\n"


def _quote(text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    quoted = [
        '"' + line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
        for line in lines
    ]
    return quoted[0] if len(quoted) == 1 else "\n".join(['""', *quoted])


def _unquote(quoted: str) -> str:
    return "".join(ast.literal_eval(line) for line in quoted.strip().splitlines())


if __name__ == "__main__":
    stored = read_catalogue() if CATALOGUE.exists() else {}
    wanted = texts_of_sources()
    write_catalogue(wanted, stored)
    missing = [text for text in sorted(wanted) if not stored.get(text)]
    sys.stdout.write("\n".join([*missing, f"{len(wanted)} texts, {len(missing)} without a translation", ""]))
