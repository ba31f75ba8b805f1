"""How bodies are read and answers written."""

import io
import json

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext_lazy

from gis_core.api import InvalidJson, OrjsonRenderer, StrictJsonParser


def parse(text):
    return StrictJsonParser().parse(io.BytesIO(text.encode()))


def test_json_is_read():
    assert parse('{"a": [1, 2.5, "ngõ"]}') == {"a": [1, 2.5, "ngõ"]}


@pytest.mark.parametrize("text", ["NaN", '{"a": NaN}', "[Infinity]", "[-Infinity]", "{", "", "{'a': 1}", '{"a": 1,}'])
def test_what_is_no_json_is_refused_with_the_place(text):
    with pytest.raises(InvalidJson, match=r"line \d+, column \d+"):
        parse(text)


class Endless(io.RawIOBase):
    """A body that never ends, and tells how much of it was taken."""

    taken = 0

    def read(self, size=-1):
        assert size >= 0, "the whole body was asked for"
        self.taken += size
        return b" " * size


def test_a_body_over_the_limit_is_refused_without_reading_it_all():
    body = Endless()
    with pytest.raises(RequestDataTooBig):
        StrictJsonParser().parse(body)
    assert body.taken <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1


def test_an_unknown_number_is_written_as_null_never_as_a_number():
    assert json.loads(OrjsonRenderer().render({"flow_lps": float("nan"), "width_m": None})) == {
        "flow_lps": None,
        "width_m": None,
    }


def test_translated_texts_are_written_as_text():
    assert json.loads(OrjsonRenderer().render({"title": gettext_lazy("Hydrants")}))["title"]
