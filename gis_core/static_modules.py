"""The modules that a page's script imports: named in the page, they are fetched at once and not level after level."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Final

from django.contrib.staticfiles import finders
from django.templatetags.static import static

_IMPORTED: Final = re.compile(r"""^(?:import|export)\b[^"';]*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


@cache
def modules_of(name: str) -> tuple[str, ...]:
    """Name the static files that a module imports, itself or over others, nearest first; without itself."""
    names = [name]
    for each in names:  # it grows meanwhile
        path = finders.find(each)
        text = Path(path).read_text("utf-8") if path else ""
        imported = (normpath(join(dirname(each), found)) for found in _IMPORTED.findall(text))
        names += [module for module in dict.fromkeys(imported) if module not in names]
    return tuple(names[1:])


def addresses_of_modules(name: str) -> list[str]:
    """Give the addresses of these modules, as `{% static %}` writes them."""
    return [static(module) for module in modules_of(name)]
