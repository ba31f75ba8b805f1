"""What is asked of the search box: words taken apart into names, addresses, units and numbers, before any look-up."""

import re
from dataclasses import dataclass
from typing import Final

from layers.search.address import UNIT_WORDS, Address, Reading, parse_address, unit_names
from layers.search.texts import key, spellings

MAX_WORDS: Final = 14
"""Of a longer text the beginning is looked for: no name and no address is longer."""
_CITY: Final = re.compile(r"\s(?:(?:thanh pho|tp) )?(?:ha noi|hn|viet nam|vn)\Z")
_NUMBERED: Final = re.compile(r"(?:(?P<words>[a-z ]+?)\s*(?:so\s+)?)?0*(?P<number>[1-9]\d{0,6})")


@dataclass(frozen=True, slots=True)
class Question:
    """What a text may mean.

    Parameters
    ----------
    text
        All of it, folded.
    texts
        What may be a name, by weight: the streets of the readings, the whole, and other spellings.
    heads
        Each beginning of those texts, by words, with the names of units that the rest may say.
    address
        The readings as an address.
    number
        A number by which hydrants and the like are known, and the words before it.
    says_unit
        It begins with the kind of a unit: quận Đầm Sen.
    """

    text: str
    texts: dict[str, float]
    heads: dict[str, tuple[str, ...]]
    address: Address
    number: str
    number_words: tuple[str, ...]
    says_unit: bool = False

    @property
    def units(self) -> tuple[str, ...]:
        """Every name that may be one of a unit."""
        tails = (name for names in self.heads.values() for name in names)
        return tuple(dict.fromkeys([*self.address.units, *tails]))

    def only_part(self, text: str) -> bool:
        """Whether `text` leaves out numbers that were typed: then what is only called so is less likely meant."""
        return any(each.house or each.chain for each in self.readings_of(text)[:1])

    def readings_of(self, text: str) -> list[Reading]:
        """The readings whose street is `text`, or was before it was spelt differently."""
        return [each for each in self.address.readings if text == each.street or text in spellings(each.street)]


def take_apart(typed: str) -> Question:
    """Take a text apart.

    >>> question = take_apart("12 Khương Hạ, Thanh Xuân")
    >>> question.texts, question.address.units, question.heads["12 khuong ha"]
    ({'khuong ha': 1.0, '12 khuong ha thanh xuan': 1.0}, ('thanh xuan',), ('thanh xuan',))
    >>> take_apart("trụ nước số 012").number, take_apart("trụ nước số 012").number_words
    ('12', ('tru', 'nuoc'))
    """
    text = " ".join(_CITY.sub("", key(typed)).split()[:MAX_WORDS])
    address = parse_address(" ".join(typed.split()[:MAX_WORDS]))
    texts: dict[str, float] = {}
    for reading in address.readings:
        texts.setdefault(" ".join(reading.street.split()[:MAX_WORDS]), reading.weight)
    if text:
        texts.setdefault(text, 1.0)
    unit = unit_names(text)[:1] if text.split()[:1] and text.split()[0] in UNIT_WORDS else ()
    texts.update({name: 0.95 for name in unit if name not in texts})
    for known, weight in list(texts.items()):
        for other in spellings(known):
            texts.setdefault(other, weight * 0.97)
    numbered = _NUMBERED.fullmatch(text)
    return Question(
        text,
        texts,
        {head: tail for known in texts for head, tail in _heads(known)},
        address,
        numbered["number"] if numbered else "",
        tuple((numbered["words"] or "").split()) if numbered else (),
        says_unit=bool(unit),
    )


def _heads(text: str) -> list[tuple[str, tuple[str, ...]]]:
    words = text.split()
    return [(" ".join(words[:size]), unit_names(" ".join(words[size:]))) for size in range(len(words), 0, -1)]
