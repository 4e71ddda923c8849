"""Whatever stands in the file and the environment ends in values or in faults with places, never in a traceback."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from config.loading import Loaded, load
from config.settings import NudgeSection, PersonSection, Settings
from config.structure import variables
from tests.standins.fuzzing import examples

NUDGES = ("hydration", "potassium")
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["on", "off", "at 08:00", "every 2 h", "07:00", "24:00", "sms", "email", "UTC", "en", "me", "14-40"]
    ),
    st.sampled_from(
        ["2027-03-14", "2199-12-31T23:59:59-23:59", "+447911123456", "a@example.org", "ntfy://x", "90 days"]
    ),
    st.text(max_size=12),
)
keys = st.text(max_size=6)


def section(names: Mapping[str, object], values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping of mostly known keys."""
    return st.dictionaries(st.sampled_from(list(names)) | keys, values, max_size=6)


anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3))
nudge = anything | section(NudgeSection.model_fields, scalars)
nudges = section(dict.fromkeys(NUDGES), nudge)
person = anything | st.builds(
    lambda mine, extra: {"id": "me", **mine, **({"nudges": extra} if extra else {})},
    section(PersonSection.model_fields, anything),
    nudges,
)
documents = st.builds(
    lambda top, people: {"timezone": "UTC", **top, "people": people},
    section(Settings.model_fields, anything | nudges),
    st.lists(person, max_size=3),
)
environs = st.dictionaries(
    st.sampled_from([*variables(), "LEGUP_SECRETS_DIR", "LEGUP_SMTP__PASSWORD_FILE", "LEGUP_X"]),
    scalars.map(str).filter(lambda text: "\0" not in text),
    max_size=4,
)


def loaded(content: bytes, environ: Mapping[str, str]) -> Loaded:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "legup.yaml"
        source.write_bytes(content)
        return load(source, nudges=NUDGES, languages=lambda _: ("en",), environ=environ)


def holds(result: Loaded) -> bool:
    """Values or faults; each fault on one line and at a place."""
    broken = [fault for fault in result.faults if not fault.warning]
    lines = [f"{result.place_of(fault.path)}: {fault.text}" for fault in result.faults]
    return (result.config is None) == bool(broken) and not any("\n" in line for line in lines)


@examples(1)
@given(documents, environs)
def test_any_document_ends_in_values_or_faults(document: dict[str, Any], environ: dict[str, str]) -> None:
    assert holds(loaded(json.dumps(document).encode(), environ))


@examples(0.5)
@given(st.binary(max_size=80) | st.text(alphabet="ab:-[]{}&*<!'\"|>\n\t #,0123456789", max_size=60).map(str.encode))
def test_any_bytes_end_in_faults(content: bytes) -> None:
    result = loaded(content, {})
    assert result.config is None
    assert holds(result)
