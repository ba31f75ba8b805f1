"""A little help to write XML documents."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring


def add(parent: Element, tag: str, text: object = None, **attributes: object) -> Element:
    """Append an element; a name that is a Python word is given with an underscore at its end."""
    element = SubElement(parent, tag, {name.rstrip("_"): str(value) for name, value in attributes.items()})
    element.text = None if text is None else str(text)
    return element


def options(parent: Element, values: Mapping[str, object]) -> None:
    """Append QGIS's map of named texts."""
    mapping = add(parent, "Option", type="Map")
    for name, value in values.items():
        add(mapping, "Option", name=name, type="QString", value=value)


def document(root: Element, doctype: str = "") -> bytes:
    """Write the document, indented, in UTF-8."""
    indent(root)
    written: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + doctype.encode() + written + b"\n"
