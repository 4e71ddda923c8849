"""The whole format of the file as models, and the values a loaded file becomes.

Each field's docstring is its help in the editor and in the JSON Schema; docs/configuration.md says more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.accounts import AppriseAccount, Limits, Section, SmtpAccount, TwilioAccount
from config.notation import (
    ApiToken,
    AppriseUrl,
    Channels,
    ConsentGiven,
    Day,
    Email,
    HeartbeatUrl,
    Instant,
    Language,
    Late,
    Mailbox,
    PersonId,
    PersonName,
    Phone,
    PlanName,
    QuietHours,
    Retention,
    SmsSender,
    Spread,
    Switch,
    Time,
    WeeksRange,
    When,
    Zone,
)
from config.person import ChannelName, Person

SHORTEST_KEY = 32


class NudgeSection(Section):
    """One nudge, in its long form; `hydration: on` is short for `hydration: {when: on}`."""

    when: When = True
    """`on` (as the catalogue says), `off`, or a phrase: "at 08:00 and 12:30", "every 2 h from 09:00 to 17:00 on
    weekdays", "30 min before bedtime"."""
    channel: Channels | None = None
    """Where this nudge goes instead of the person's own channel."""
    late: Late | None = None
    """How long after its time it may still be sent. Default: 60 min; for "every N" half of N, at most 45 min."""
    spread: Spread | None = None
    """Moves each person by an amount of their own, below this, so that a time many share is no wall: "10 min"."""
    priority: Annotated[int, Field(ge=1, le=100)] | None = None
    """1 comes first when the daily limit is short."""
    weeks: WeeksRange | None = None
    """Weeks of pregnancy in which it runs, counted from the due date: "14-40", or "14-" to the end."""
    starts: Day | None = None
    """First day, included."""
    ends: Day | None = None
    """Last day, included."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, written: Any) -> Any:
        return written if isinstance(written, dict) else {"when": written}


class Wishes(Section):
    """What a person asks for; at the top of the file, the default for everyone."""

    timezone: Zone | None = None
    """Name of the time zone, such as Europe/London. Every time in the file is local time there."""
    language: Language | None = None
    """Language of the messages."""
    wake: Time | None = None
    """When the day begins. Phrases may say "wake"."""
    bedtime: Time | None = None
    """When the day ends; before noon it belongs to the night of the day before. Phrases may say "bedtime"."""
    quiet_hours: QuietHours | None = None
    """Hours without any nudge: ["22:30-07:00"]; [] for none. Default: from bedtime to wake."""
    daily_limit: Annotated[int, Field(ge=1, le=1000)] | None = None
    """The most scheduled nudges in one day."""
    discreet: Switch | None = None
    """Whether messages avoid every word that tells of a pregnancy on a locked screen."""
    consent: ConsentGiven | None = None
    """given: the person agreed. asked: legup asks first and sends nothing else before a yes."""
    channel: Channels | None = None
    """Where nudges go: one channel, or a list of two of which the second is tried when the first fails."""
    spread: Spread | None = None
    """Moves each person's nudges by an amount of their own, below this, so that a time many share is no wall."""
    nudges: dict[str, NudgeSection] = Field(default_factory=dict)
    """Which nudges, and when; a nudge that is not listed is off."""


class PlanSection(Wishes):
    """Wishes under a name, for all the people on that plan. What is not written here is as the top of the file says."""


class PersonSection(Wishes):
    """One person. What is not written here is as their plan says, or else the top of the file."""

    id: PersonId
    """A short name for logs and commands; never shown to the person."""
    plan: PlanName | None = None
    """Name of this person's plan, one of those below `plans:`."""
    name: Annotated[PersonName, Field(repr=False)] = ""
    """Used in the greeting of an email, nowhere else."""
    phone: Annotated[Phone | None, Field(repr=False)] = None
    """Number for SMS, with its country code and in quotes."""
    email: Annotated[Email | None, Field(repr=False)] = None
    """Address for email."""
    apprise: Annotated[AppriseUrl | None, Field(repr=False)] = None
    """Apprise URL of this person. It is a secret."""
    due_date: Annotated[Day | None, Field(repr=False)] = None
    """Expected date of birth. Without one, nudges run whatever their weeks."""
    paused_until: Instant | None = None
    """Nothing is sent before this day or instant: 2027-03-14, or 2027-03-14 08:00 in the person's zone."""


class TwilioSection(TwilioAccount):
    """SMS by Twilio."""

    from_number: Annotated[SmsSender | None, Field(repr=False)] = None
    """Number to send from, with its country code and in quotes; or a short code, or a sender name."""
    handles_stop_words: Switch | None = None
    """Whether Twilio itself answers STOP, START and HELP; left out: yes, but not for a short code."""


class SmtpSection(SmtpAccount):
    """Email by SMTP."""

    from_address: Annotated[Mailbox, Field(repr=False)]
    """Sender: nudges@example.org, or legup <nudges@example.org>."""
    reply_to: Annotated[Mailbox | None, Field(repr=False)] = None
    """Where answers go, if not to the sender's address."""


class SmsLimits(Limits):
    """How fast Twilio may be used."""


class EmailLimits(Limits):
    """How fast the SMTP server may be used."""

    messages_per_second: Annotated[float, Field(gt=0, le=10_000)] = 5.0
    """Messages begun in one second, at most."""


class AppriseLimits(Limits):
    """How fast Apprise may be used."""


class LimitsSection(Section):
    """How fast each account may be used."""

    sms: SmsLimits = SmsLimits()
    """The Twilio account."""
    email: EmailLimits = EmailLimits()
    """The SMTP account."""
    apprise: AppriseLimits = AppriseLimits()
    """Everything sent by Apprise, together."""


class WebSection(Section):
    """The pages behind links, and the address for callbacks and replies."""

    enabled: Switch = False
    """Whether legup listens."""
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """Address to listen on."""
    port: Annotated[int, Field(ge=1, le=65_535)] = 8765
    """Port to listen on."""
    public_url: (
        Annotated[
            str, Field(pattern=r"^https?://[A-Za-z0-9\[][A-Za-z0-9.:\]_-]*(/[A-Za-z0-9._~/-]*)?$", max_length=300)
        ]
        | None
    ) = None
    """Where the outside world reaches it. Links and signatures are made of it and of nothing else."""
    api_token: ApiToken | None = None
    """Opens /api/people to another system, which brings and takes away people; best given as LEGUP_WEB__API_TOKEN."""


class Settings(Wishes, BaseSettings):
    """The file: defaults for everyone, the people, and the service.

    `loading` builds it from layers it has read itself, so that each value's place is known.
    """

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=False, use_attribute_docstrings=True
    )

    plans: dict[str, PlanSection] = Field(default_factory=dict)
    """Wishes that many people share, by name; people of the file and of rosters say `plan: NAME`."""
    people: list[PersonSection] = Field(default_factory=list)
    """Everyone who gets nudges."""
    database: Annotated[str | None, Field(repr=False, min_length=1)] = None
    """Path of the SQLite file, or postgresql://user@host/name. Default: a file in your own state folder."""
    database_password: SecretStr | None = None
    """For PostgreSQL; best given as LEGUP_DATABASE_PASSWORD."""
    secret_key: Annotated[SecretStr, Field(min_length=SHORTEST_KEY)] | None = None
    """At least 32 characters that nobody can guess. Default: made once and kept beside the database; with PostgreSQL it
    must be given."""
    twilio: TwilioSection | None = None
    """SMS by Twilio."""
    smtp: SmtpSection | None = None
    """Email by SMTP."""
    apprise: AppriseAccount = AppriseAccount()
    """Everything else, by Apprise; the URLs stand with the people."""
    web: WebSection = WebSection()
    """Pages, links and callbacks."""
    limits: LimitsSection = LimitsSection()
    """How fast each account may be used."""
    retention: Retention = timedelta(days=90)
    """How long finished deliveries are kept."""
    heartbeat_url: HeartbeatUrl | None = None
    """Called every 5 minutes while all is well, so that a monitor notices silence. It is a secret."""
    templates: Annotated[str, Field(min_length=1)] | None = None
    """Folder with your own message texts, relative to the file."""


@dataclass(frozen=True, slots=True)
class Plans:
    """What people get who do not say otherwise."""

    top: Wishes = field(default_factory=Wishes)
    """The top of the file, for people without a plan."""
    named: Mapping[str, Wishes] = field(default_factory=dict)
    """Each plan, already laid over the top of the file."""

    def wishes(self, plan: str | None) -> Wishes:
        """Raises KeyError for a plan that the file does not have."""
        return self.top if plan is None else self.named[plan]


def is_shared(database: str | None) -> bool:
    """Whether this is a PostgreSQL database, which any number of workers share."""
    return database is not None and database.startswith(("postgresql://", "postgres://"))


@dataclass(frozen=True, slots=True)
class Service:
    """What the service itself needs. Secrets and whatever may hold one stay out of repr."""

    database: str | None = field(default=None, repr=False)
    """A path, or the URL of a PostgreSQL database; relative paths are already resolved against the file's folder. Of a
    glance at a file, whatever it says."""
    database_password: SecretStr | None = None
    secret_key: SecretStr | None = None
    twilio: TwilioAccount | None = None
    smtp: SmtpAccount | None = None
    apprise: AppriseAccount | None = None
    web: WebSection = field(default_factory=WebSection)
    limits: Mapping[ChannelName, Limits] = field(default_factory=dict)
    """Of every channel, the console included."""
    retention: timedelta = timedelta(days=90)
    heartbeat_url: SecretStr | None = None
    templates: Path | None = None

    @property
    def shared(self) -> bool:
        """Whether any number of workers share the database."""
        return is_shared(self.database)


@dataclass(frozen=True, slots=True)
class Config:
    """A file without faults."""

    people: tuple[Person, ...]
    service: Service
    plans: Plans = field(default_factory=Plans)
    """For people of rosters, who are not in the file."""
