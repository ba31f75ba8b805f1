"""Words as they are typed: capitals, diacritics, Telex keys and short forms make no difference."""

import re
import unicodedata
from typing import Final

# As people write them, as records have them; each is searched for both ways.
_SHORT: Final = {
    "kdt": "khu do thi", "ktt": "khu tap the", "tt": "tap the", "bv": "benh vien", "cc": "chung cu",
    "ccmn": "chung cu mini", "tttm": "trung tam thuong mai", "ubnd": "uy ban nhan dan", "dh": "dai hoc",
    "tru so": "tru", "pccc": "phong chay chua chay", "th": "tieu hoc", "mn": "mam non", "kcn": "khu cong nghiep",
}  # fmt: skip
_TELEX_VOWELS: Final = re.compile(r"aa|ee|oo|w")
_TELEX_TONE: Final = re.compile(r"([aeiouy])([a-z]{0,2})[sfrxj]\Z")


def plain(text: str) -> str:
    """Fold to small ASCII letters, digits, blanks and the marks that carry meaning in an address: ``, / -``.

    Composed and decomposed letters fold to the same, and whatever is neither letter nor digit is a blank.

    >>> plain("  Số 12Ạ,  NGÕ 29/70 Khương Hạ… 🔥%_")
    'so 12a, ngo 29/70 khuong ha'
    >>> plain("Đ.Láng"), plain("12 – 14")
    ('d lang', '12 - 14')
    """
    letters = unicodedata.normalize("NFKD", text).replace("đ", "d").replace("Đ", "d").casefold()
    marks = re.sub(r"[‐-―−]", "-", "".join(c for c in letters if not unicodedata.combining(c)))
    kept = re.sub(r"[^a-z0-9,/\-]+", " ", marks.replace(";", ",").replace("\N{FRACTION SLASH}", "/"))
    return re.sub(r"\s*([,/])\s*", lambda mark: ", " if mark[1] == "," else "/", kept).strip(" ,/-")


def key(text: str) -> str:
    """Fold as `thuylo_key` of gis_core/sql/findable.sql does: what names are compared by.

    >>> key("Chung cư mini (hư cấu), Ngõ 29/70")
    'chung cu mini hu cau ngo 29/70'
    """
    return re.sub(r"[^a-z0-9/]+", " ", plain(text)).strip()


def spellings(words: str) -> tuple[str, ...]:
    """Give other ways in which a folded text may stand in the records; at most three, without itself.

    >>> spellings("kdt linh dam"), spellings("khu tap the a1"), spellings("khuowng haj")
    (('khu do thi linh dam',), ('ktt a1',), ('khuong ha',))
    """
    found = [_exchange(words, _SHORT), _exchange(words, {long: short for short, long in _SHORT.items()})]
    found.append(" ".join(map(_without_telex, words.split())))
    return tuple(dict.fromkeys(other for other in found if other != words))


def _exchange(words: str, by: dict[str, str]) -> str:
    for old, new in by.items():
        # Only the first of those that fit: "khu tap the" is not made "khu" + "tt".
        changed = re.sub(rf"\b{old}\b", new, words)
        if changed != words:
            return changed
    return words


def _without_telex(word: str) -> str:
    """Read the keys of Telex, for those whose keyboard was not switched: no syllable ends in s, f, r, x or j.

    >>> [_without_telex(word) for word in ("khuowng", "haj", "ddinhf", "laangs", "ha")]
    ['khuong', 'ha', 'dinh', 'lang', 'ha']
    """
    toneless = _TELEX_TONE.sub(r"\1\2", word)
    if toneless == word and "w" not in word and not word.startswith("dd"):
        return word
    return _TELEX_VOWELS.sub(lambda keys: keys[0][0].replace("w", ""), toneless).replace("dd", "d")
