"""Names, numbers, addresses, weeks, words and secrets are put in, marked, and driven through every failure there is.

None of them comes out again but where someone is meant to read it: in no log, error, traceback, report, process list.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from config.person import ChannelName
from messages.library import PACKAGED
from scheduler.cli import main
from scheduler.cli.configuration import read
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Accepted, Outcome
from scheduler.service.assembly import build_pump, enrol, open_outbox
from scheduler.service.checking import check
from tests.standins.channel import ScriptedChannel
from tests.standins.clock import StillClock
from tests.standins.commands import NewProcess, Process, environment, legup
from tests.standins.http import Answer, Call, Ending, HttpStandIn
from tests.standins.smtp import PASSWORD, SmtpStandIn, Trouble
from tests.standins.twilio import ACCEPT_THEN_HANG, ACCEPT_THEN_RESET, Behaviour, TwilioStandIn, answered

NUMBER = "+447946007{}"
"""With three digits at its end."""
DUE = datetime.now(UTC).date() + timedelta(days=101)
"""Which makes it the 26th week, or 25 weeks and 4 days."""
API_KEY_SID = "SK" + "c" * 32
API_KEY_SECRET = "kanarien-api-key-secret"
SECRET_KEY = "kanarien-secret-key-of-this-installation"
WORDS = "Kanarienwort: pour a glass of water and drink it in small sips."

MARKS = re.compile(
    rf"kanari|7946\W?007|{PASSWORD}|{DUE}|{DUE:%d/%m/%Y}|{DUE.day} {DUE:%B}|{DUE:%Y%m%d}|weeks?\W{{1,3}}2[56]",
    re.IGNORECASE,
)
"""Whatever belongs to a person or is a secret, in any spelling it might come back in."""

CONFIG = """\
timezone: Etc/UTC
quiet_hours: []
due_date_is: below
database: state/legup.db
templates: texts
people:
{people}
smtp:
  host: 127.0.0.1
  port: {port}
  security: starttls
  username: legup
  from_address: "legup <nudges@legup.example>"
  ca_file: {ca_file}
  timeout: 0.5
twilio:
  account_sid: AC00000000000000000000000000000001
  api_key_sid: {api_key_sid}
  from_number: "+15005550006"
  base_url: {twilio}
  timeout: 0.5
apprise:
  timeout: 0.5
limits:
  sms: {{messages_per_second: 100}}
  email: {{messages_per_second: 100}}
  apprise: {{messages_per_second: 100}}
""".replace("due_date_is: below\n", "")

PERSON = """\
  - id: {id}
    name: Kanaria Vogelsang
    channel: {channel}
    phone: "{phone}"
    email: kanaria.{id}@kanarienpost.example
    apprise: {apprise}/kanarien-token-{id}
    due_date: {due}
    nudges: {{hydration: every 3 h, potassium: on}}
"""


def leaks(text: str) -> list[str]:
    """The lines that give something away."""
    return [line for line in text.splitlines() if MARKS.search(line)]


def test_the_marks_are_found_when_they_are_there() -> None:
    """Or all that follows would prove nothing."""
    shown = [NUMBER.format(471), "%2B447946007471", "Kanaria", "kanarien-token", PASSWORD, str(DUE), "in week 25"]
    assert leaks("\n".join(shown)) == shown
    assert leaks("sam hydration sent at 12:00; delivery 7946 of 8007") == []


@dataclass(frozen=True)
class Household:
    """A folder with legup in it, and the servers it talks to."""

    home: Path
    twilio: TwilioStandIn
    smtp: SmtpStandIn
    secrets: dict[str, str]

    console: pytest.CaptureFixture[str]
    surroundings: pytest.MonkeyPatch

    def legup(self, *words: str) -> str:
        """Everything that a command says; it runs here, as most do: that takes less than a process."""
        for name, value in self.secrets.items():
            self.surroundings.setenv(name, value)
        self.console.readouterr()
        main(words)
        said = self.console.readouterr()
        return said.out + said.err

    def run(self) -> str:
        """What a service says that ends at once."""
        ended = legup(self.home, "-v", "run", **self.secrets)
        return ended.out + ended.err

    def run_after(self, lines: str) -> str:
        """What a service says that first runs a few lines of Python."""
        script = f"{lines}\nfrom scheduler.cli import main\nraise SystemExit(main())"
        done = subprocess.run(
            [sys.executable, "-c", script, "--verbose", "run"],
            cwd=self.home,
            env=environment(self.home) | self.secrets,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.stdout + done.stderr


def reported(number: str) -> Behaviour:
    """A refusal that repeats all it was given, as providers' error texts do."""
    text = f"The 'To' number {number} is not valid. Body: {WORDS} Key: {API_KEY_SECRET}"
    return Behaviour(accept=False, answer=Answer.json(400, {"code": 21211, "message": text, "status": 400}))


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Those of a user in the household; logging is put back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    monkeypatch.chdir(tmp_path)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    yield monkeypatch
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("legup", "twilio", "apprise", "apscheduler", "aiosmtpd", "mail.log"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def household(
    tmp_path: Path, surroundings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Household]:
    def webhook(call: Call) -> Answer:
        endings = {"hook-2": Ending.HANG, "hook-3": Ending.RESET}
        ending = next((end for name, end in endings.items() if name in call.path), Ending.ANSWER)
        return Answer(500 if "hook-1" in call.path else 200, call.body, ending=ending)

    with (
        TwilioStandIn(api_keys={API_KEY_SID: API_KEY_SECRET}) as twilio,
        SmtpStandIn(tmp_path) as smtp,
        HttpStandIn(lambda _: Answer(500, b"kanarien-monitor")) as heartbeat,
        HttpStandIn(webhook) as hooks,
    ):
        channels = [*["sms"] * 8, *["email"] * 6, *["apprise"] * 4, "[sms, email]"]
        people = "".join(
            PERSON.format(
                id=f"p{number}",
                channel=channel,
                phone=NUMBER.format(100 + number),
                apprise=f"json://127.0.0.1:{hooks.port}/hook-{number % 4}",
                due=DUE,
            )
            for number, channel in enumerate(channels)
        )
        shutil.copytree(PACKAGED / "en", tmp_path / "texts" / "en")
        texts = tmp_path / "texts" / "en" / "hydration.toml"
        texts.write_text(re.sub(r'(?m)^  "Time for some water.*$', f'  "{WORDS}",', texts.read_text()))
        settings = {"port": smtp.port, "ca_file": smtp.certificate.file, "twilio": twilio.url}
        (tmp_path / "legup.yaml").write_text(CONFIG.format(people=people, api_key_sid=API_KEY_SID, **settings))
        secrets = {
            "LEGUP_TWILIO__API_KEY_SECRET": API_KEY_SECRET,
            "LEGUP_SMTP__PASSWORD": PASSWORD,
            "LEGUP_SECRET_KEY": SECRET_KEY,
            "LEGUP_HEARTBEAT_URL": f"{heartbeat.url}/kanarien-ping",
        }
        yield Household(tmp_path, twilio, smtp, secrets, capsys, surroundings)


def misbehave(household: Household) -> None:
    """One failure for each of the welcomes that go out at once, and each answer repeats all it was told."""
    echo = f"{NUMBER.format(101)} {WORDS} {API_KEY_SECRET}".encode()
    household.twilio.script(
        reported(NUMBER.format(100)),
        answered(500, echo),
        answered(200, echo),
        answered(302, echo),
        ACCEPT_THEN_HANG,
        ACCEPT_THEN_RESET,
    )
    household.smtp.script("RCPT", "550 5.1.1 <kanaria.p9@kanarienpost.example>: no Kanaria Vogelsang here")
    household.smtp.script("CONTENT", f"451 4.3.0 {WORDS}", f"552 5.3.4 {PASSWORD}", Trouble.DROP)


def test_a_service_that_meets_every_failure_gives_nothing_away(household: Household) -> None:
    misbehave(household)
    with NewProcess(household.home, "--verbose", "run", **household.secrets) as running:
        running.wait_for("no heartbeat while there is an alarm", 60)
        household.smtp.wait_for(2, 60)
        listed = processes(household.home)
        assert "run" in listed
        (household.home / "texts" / "en" / "potassium.toml").write_text(f'sms = ["{WORDS}", kanarien\n')
        said = [
            household.legup("send", "potassium", "--to", "p0", "-v"),
            household.legup("send", "hydration", "--to", "p1", "-v"),
        ]
        shutil.copy(PACKAGED / "en" / "potassium.toml", household.home / "texts" / "en")
        said += [household.legup(*words.split()) for words in REPORTS]
        said.append(household.run())
        running.interrupt()
        assert running.ended() == 0
    assert leaks(running.text) == []
    for text in said:
        assert text
        assert leaks(text) == []
    assert leaks(listed) == []
    names = "\n".join(str(each) for each in household.home.rglob("*"))
    assert leaks(names) == []


REPORTS = (
    "status",
    "status --json",
    "status --alarm",
    "log -v",
    "log --json",
    "log --person p0 --state failed",
    "check",
    "check --json",
    "-v db path",
    "-v people pause p3 --for 2h",
    "-v people stop p4 --yes",
    "-v people forget p5 --yes",
    "clock",
    "db check",
)
"""All that reports and shows nobody's data."""


def processes(home: Path) -> str:
    """What every user of the machine sees of what runs in a household; other tests run programs of their own."""
    lines = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if each.with_name("cwd").resolve() == home.resolve():
                lines.append(each.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:  # it has ended meanwhile
            continue
    return "\n".join(lines)


def test_wrong_credentials_are_told_without_them(household: Household) -> None:
    household.secrets["LEGUP_TWILIO__API_KEY_SECRET"] = "kanarien-wrong-secret"
    household.smtp.script("AUTH", *[f"535 5.7.8 legup:{PASSWORD} is wrong for Kanaria"] * 9)
    with Process(household.home, "--verbose", "run", **household.secrets) as running:
        running.wait_for("sms: ", 60)
        running.wait_for("email: ", 60)
        running.interrupt()
        running.ended()
    assert leaks(running.text) == []
    assert "credentials" in household.legup("status", "--alarm")
    assert leaks(household.legup("status", "--alarm") + household.legup("log", "-v")) == []


CRASHES = {
    "channels and a thread": """
import scheduler.channels.email as email, scheduler.channels.sms as sms, scheduler.service.heartbeat as heartbeat
def in_one(self, message, at): raise RuntimeError(f"{message.address} {message.text} kanarien")
def in_all(self, messages, now): raise RuntimeError(f"{[each.address for each in messages]} kanarien")
def in_thread(self): raise RuntimeError("kanarien")
sms.SmsChannel._try, email.EmailChannel.send, heartbeat.Heartbeat.run = in_one, in_all, in_thread
""",
    "a statement of the database": """
import scheduler.storage.outbox as outbox
def settle(self, settlements, now):
    with self._database.write() as connection:
        values = ("x", "Kanaria", "+447946007471")
        connection.exec_driver_sql("INSERT INTO people (id, name, phone) VALUES (?, ?, ?)", values)
outbox.SqlOutbox.settle = settle
""",
    "the main thread": """
import scheduler.service.running as running
def wait(self): raise RuntimeError("kanarien " + repr(self._config.people[0].contacts.phone))
running.Running.wait = wait
""",
}

END_AFTER_THE_WELCOMES = """
import os, signal, threading
import scheduler.service.running as running
start = running.Running.start
def start_and_end(self):
    start(self)
    threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
running.Running.start = start_and_end
"""


@pytest.mark.parametrize("where", CRASHES)
def test_a_crash_shows_its_place_and_not_its_text(household: Household, where: str) -> None:
    text = household.run_after(CRASHES[where] + END_AFTER_THE_WELCOMES)
    assert "Error" in text
    assert leaks(text) == []


FAULTS = {
    f'"{NUMBER.format(100)}"': [
        f'"{NUMBER.format(1)}234567890123"',
        '"07946007100"',
        NUMBER.format(100)[1:],
        "[kanari]",
    ],
    "kanaria.p0@kanarienpost.example": [
        "kanaria@@kanarienpost",
        "kanaria",
        '"Kanaria\\r\\nBcc: x@y.example"',
        "{a: kanari}",
    ],
    "Kanaria Vogelsang": [f'"{"Kanaria" * 30}"', '"Kanaria\\nVogelsang"', "[Kanaria]", "[kanari, {]", '"Kanaria'],
    str(DUE): [f"{DUE:%d/%m/%Y}", f"{DUE}x", f'"{DUE} {DUE}"', f"{{a: {DUE}}}", f"{DUE:%Y%m%d}"],
    "/kanarien-token-p0": [" kanarien token", "]: kanarien: {"],
    "json://": ["kanarien:/", "kanarien-"],
}
"""What a user mistypes, by what stands there."""


@pytest.mark.parametrize("written", FAULTS)
def test_a_fault_in_the_file_is_told_without_what_stands_there(household: Household, written: str) -> None:
    file = household.home / "legup.yaml"
    good = file.read_text().replace("templates: texts\n", "")  # to look through them would take longest
    assert written in good
    for mistyped in FAULTS[written]:
        file.write_text(good.replace(written, mistyped, 1))
        report = check(file, environment(household.home) | household.secrets, DUE)
        assert leaks("\n".join(map(str, report.findings))) == [], mistyped
        assert leaks(repr(report)) == [], mistyped


def test_a_file_full_of_faults_stops_every_command_and_none_says_what_stands_there(household: Household) -> None:
    file = household.home / "legup.yaml"
    text = file.read_text()
    for written, mistyped in FAULTS.items():
        text = text.replace(written, mistyped[0], 1)
    file.write_text(text)
    said = [household.run(), *(household.legup(*words) for words in (["check", "--json"], ["status"]))]
    assert all("fault" in each for each in said)
    assert leaks("\n".join(said)) == []


@pytest.mark.parametrize("variable", ["LEGUP_SECRET_KEY", "LEGUP_HEARTBEAT_URL", "LEGUP_KANARIA"])
def test_a_fault_in_the_environment_is_told_without_its_value(household: Household, variable: str) -> None:
    household.secrets[variable] = "kanarienvogel"
    assert leaks(household.legup("check").replace("LEGUP_KANARIA", "")) == []


PACKAGES = ("config.", "scheduler.", "messages.")


def test_nothing_that_the_program_holds_shows_anything_in_its_repr(household: Household) -> None:
    """An error's text, a debugger's line, a failing assertion: a repr comes to light where nobody expects it."""
    household.legup("check")
    shown: list[str] = []

    def look_around(message: Message) -> Outcome:
        shown.append(repr(message))
        ours = [each for each in gc.get_objects() if str(type(each).__module__).startswith(PACKAGES)]
        shown.extend(repr(each) for each in ours if is_dataclass(each) or isinstance(each, BaseModel | BaseException))
        return Accepted()

    config = read(household.home / "legup.yaml")
    clock = StillClock(datetime.now(UTC))
    with closing(open_outbox(config.service)) as outbox, Path(os.devnull).open("w") as nowhere:
        enrol(config, outbox, clock)
        pump = build_pump(config, outbox, clock, nowhere)
        for name in (ChannelName.SMS, ChannelName.EMAIL):
            pump.lanes[name].channel = ScriptedChannel(name, look_around)
            pump.plan()
            assert pump.send(name)
    assert len(shown) > 100
    assert leaks("\n".join(shown)) == []


def test_what_is_meant_to_be_shown_is_shown(household: Household) -> None:
    """The other side of the promise: these are the places where a person's data may be read."""
    household.legup("db", "upgrade")
    household.legup("send", "hydration", "--to", "p0")
    assert leaks(household.legup("send", "hydration", "--to", "p0", "--dry-run"))
    assert leaks(household.legup("preview", "--person", "p0", "--days", "2"))
    held = json.loads(household.legup("people", "export", "p0"))
    assert held["people"][0]["name"] == "Kanaria Vogelsang"
