"""Whatever is typed after `legup`, set in its environment or put into its secret files: clear lines, no traceback."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.example import example
from config.loading import load
from config.structure import variables
from messages.catalogue import CATALOGUE
from scheduler.cli import main
from tests.standins.fuzzing import examples, texts, typed, with_slips

OWN_FAULT = "fault of legup itself"
whens = st.one_of(
    texts,
    st.sampled_from(("2026-11-23", "2026-11-23T09:00", "2026-11-23T09:00Z", "24h", "7 days")).flatmap(with_slips),
    st.datetimes().map(str),
    st.sampled_from(("0001-01-01", "9999-12-31T23:59:59-23:59", "2199-12-31T23:59+00:00", "1970-01-01T00:00+14:00")),
    st.sampled_from(
        ("999999 days", "0 min", "2026-W48-1", "20261123T0900", "2011-12-30", "2026-03-29T01:30:59.999999")
    ),
)
words = texts | st.sampled_from(("me", "hydration", "welcome", "sent", "-1", "0", "--", "-", "--help", "-v", "--json"))
numbers = words | st.integers().map(str)


def option(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return values.map(lambda value: [name, value])


def command(name: str, *options: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    """The command with some of its options, in any order."""
    chosen = st.lists(st.one_of(*options), max_size=4).map(lambda groups: [word for group in groups for word in group])
    return chosen.map(lambda rest: [*name.split(), *rest])


plain = st.sampled_from((["--json"], ["--ics"], ["-v"], ["me"], ["hydration"], ["--dry-run"], ["--raw"], ["--yes"]))
commands = st.one_of(
    command(
        "preview",
        option("--from", whens),
        option("--to", whens),
        option("--days", numbers),
        option("--person", words),
        plain,
    ),
    command(
        "log",
        option("--since", whens),
        option("--until", whens),
        option("--person", words),
        option("--limit", numbers),
        option("--state", words),
        plain,
    ),
    command("send --dry-run", option("--to", words | st.just("me")), words.map(lambda word: [word]), plain),
    command("people pause me", option("--until", whens), option("--for", whens | words)),
    command("people", words.map(lambda word: [word]), plain),
    command("status", words.map(lambda word: [word]), plain),
    command("init --yes --path new.yaml", *(option(f"--{name}", words | whens) for name in ("id", "name", "timezone"))),
    command("init --yes --path new.yaml", *(option(f"--{name}", whens) for name in ("wake", "bedtime", "due-date"))),
    command("init --yes --path new.yaml", *(option(f"--{name}", words) for name in ("channel", "phone", "email"))),
    command("check", option("--config", words), plain),
    command("db", words.map(lambda word: [word]), plain),
)
lines = commands.map(lambda line: [typed(word) for word in line])


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder with a config file, which is also where this process stands and keeps its state."""
    before, folder = dict(os.environ), Path.cwd()
    with tempfile.TemporaryDirectory() as there:
        os.chdir(there)
        os.environ.update(HOME=there, XDG_STATE_HOME=f"{there}/state", XDG_CONFIG_HOME=f"{there}/config")
        Path("legup.yaml").write_text(example("Europe/London"), encoding="utf-8")
        yield Path(there)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(before)


@given(line=lines)
@examples(0.2)
def test_any_command_line_ends_with_an_exit_code_and_a_clear_line(home: Path, line: list[str]) -> None:
    (home / "new.yaml").unlink(missing_ok=True)
    # As a terminal is opened: what is not UTF-8 fails on one and is escaped on the other.
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors) for errors in ("strict", "backslashreplace"))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(line)
    said, told = heard(out), heard(err)
    assert code in {0, 1, 2}
    assert OWN_FAULT not in told
    assert "Traceback" not in told
    assert code == 0 or ": " in told + said
    assert code != 2 or told.count("\n") == 1


def heard(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


names = st.sampled_from((*variables(), "LEGUP_SECRETS_DIR", "CREDENTIALS_DIRECTORY", "LEGUP_SMTP__PASSWORD_FILE"))
anywhere = texts | st.sampled_from((".", "secrets", "/dev/null", "/dev/zero", "/proc/self/mem", "a" * 300))
environs = st.dictionaries(names, anywhere, max_size=4)
files = st.dictionaries(
    st.sampled_from(tuple(variables())).map(lambda name: name.removeprefix("LEGUP_").lower()) | st.just("nothing"),
    st.binary(max_size=40) | texts.map(lambda text: text.encode("utf-8", "surrogatepass")),
    max_size=3,
)


@given(environ=environs, contents=files)
@examples(1)
def test_any_environment_and_any_secret_file_ends_in_values_or_faults(
    home: Path, environ: Mapping[str, str], contents: Mapping[str, bytes]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in contents.items():
            (Path(folder) / name).write_bytes(content)
        chosen = {"LEGUP_SECRETS_DIR": folder, **{name: typed(value) for name, value in environ.items()}}
        loaded = load(home / "legup.yaml", nudges=CATALOGUE, languages=lambda _: ("en",), environ=chosen)
    assert (loaded.config is None) == any(not fault.warning for fault in loaded.faults)
    assert all(str(loaded.place_of(fault.path)) for fault in loaded.faults)
    assert all(fault.text.isprintable() for fault in loaded.faults)
