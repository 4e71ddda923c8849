"""What can be wrong with the service's settings although each value reads well, and the value they become."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from errno import ENAMETOOLONG
from pathlib import Path
from urllib.parse import urlsplit

from config.accounts import Limits, SmtpAccount, SmtpSecurity, TwilioAccount
from config.fault import Fault, FaultPath
from config.inbound import Inbound, is_exposed, is_name, links_base
from config.person import ChannelName
from config.settings import LimitsSection, Service, Settings, WebSection, is_shared

CONSOLE = Limits(messages_per_second=1000, concurrency=1)


def service_faults(settings: Settings, written: Collection[FaultPath], folder: Path) -> Iterator[Fault]:
    """`written` holds every path at which something was written; relative paths start from `folder`."""
    for section, faults_of in (("twilio", _twilio_faults), ("smtp", _smtp_faults)):
        given = {str(path[1]) for path in written if path[:1] == (section,) and len(path) > 1}
        if given or (section,) in written:
            yield from faults_of(given)
    if settings.smtp:
        yield from _smtp_doubts(settings.smtp, folder)
    if settings.twilio:
        yield from _inbound_faults(settings.twilio, settings.web)
    yield from _web_doubts(settings.web)
    if settings.database and "://" in settings.database:
        yield from _shared_faults(settings)
    elif settings.database and _below(folder, settings.database) is None:
        yield Fault(
            ("database",), "no file can have this name: shorten it, and leave out control characters and ~names"
        )
    if settings.templates and templates_of(settings, folder) is None:
        yield Fault(("templates",), f'there is no folder "{settings.templates}" beside this file that can be opened')


def templates_of(settings: Settings, folder: Path) -> Path | None:
    """The folder with texts of one's own, if it is named and there."""
    templates = _below(folder, settings.templates) if settings.templates else None
    return templates if templates and _is(Path.is_dir, templates) else None


def service_of(settings: Settings, folder: Path) -> Service:
    """The service of settings without faults."""
    smtp = settings.smtp
    if smtp and smtp.ca_file:
        smtp = smtp.model_copy(update={"ca_file": str(_below(folder, smtp.ca_file))})
    return Service(
        database=_database(settings.database, folder),
        database_password=settings.database_password,
        secret_key=settings.secret_key,
        twilio=settings.twilio,
        smtp=smtp,
        apprise=settings.apprise,
        web=settings.web,
        limits=_limits(settings.limits),
        retention=settings.retention,
        heartbeat_url=settings.heartbeat_url,
        templates=templates_of(settings, folder),
    )


def _shared_faults(settings: Settings) -> Iterator[Fault]:
    database = settings.database or ""
    try:
        url = urlsplit(database)
        complete = is_shared(database) and url.path.strip("/") != ""
        secret = url.password is not None or "password" in url.query
    except ValueError:
        complete = secret = False
    if secret and is_shared(database):
        text = "leave the password out, for a URL is shown; give it as LEGUP_DATABASE_PASSWORD"
        yield Fault(("database",), text)
    elif not complete:
        text = "write the path of a SQLite file, or a PostgreSQL database as postgresql://user@host/name"
        yield Fault(("database",), text)
    if is_shared(database) and settings.secret_key is None:
        text = (
            "needed with PostgreSQL, the same for every worker: give LEGUP_SECRET_KEY, made by `openssl rand -hex 32`"
        )
        yield Fault(("secret_key",), text)


def _twilio_faults(given: set[str]) -> Iterator[Fault]:
    """Credentials and sender, by what was written: a value that is broken has its own fault."""
    token, key = "auth_token" in given, {"api_key_sid", "api_key_secret"} & given
    if token and key:
        yield Fault(("twilio",), "two ways of credentials: keep either auth_token or the API key")
    elif len(key) == 1:
        lacking = "api_key_secret" if "api_key_sid" in key else "api_key_sid"
        yield Fault(("twilio",), f'"{lacking}" is missing: an API key needs both its SID and its secret')
    elif not token and not key:
        secret = "LEGUP_TWILIO__AUTH_TOKEN"  # noqa: S105 the name of a variable
        yield Fault(("twilio",), f"no credentials: give auth_token (best as {secret}), or an API key")
    senders = {"from_number", "messaging_service_sid"} & given
    if not senders:
        yield Fault(("twilio",), "no sender: give from_number or messaging_service_sid")
    elif len(senders) == 2:
        yield Fault(("twilio",), "two senders: keep either from_number or messaging_service_sid")


def _inbound_faults(twilio: TwilioAccount, web: WebSection) -> Iterator[Fault]:
    """What was asked for and cannot work. What was left out always can: see `inbound_of`."""
    asked, place = twilio.inbound, ("twilio", "inbound")
    if asked in {Inbound.WEBHOOK, Inbound.POLL} and is_name(twilio.from_number):
        yield Fault(place, "nobody can answer a sender name: this has no effect", warning=True)
    elif asked is Inbound.WEBHOOK and links_base(web) is None:
        lacking = "web.public_url" if web.enabled else "`web: {enabled: true}` and web.public_url"
        yield Fault(place, f"Twilio cannot reach this installation: give {lacking}, or write `poll`")
    elif asked is Inbound.WEBHOOK and twilio.auth_token is None:
        yield Fault(place, "only auth_token can check Twilio's signatures, an API key cannot: give it, or write `poll`")


def _web_doubts(web: WebSection) -> Iterator[Fault]:
    if web.api_token is not None and not web.enabled:
        yield Fault(("web", "api_token"), "nothing listens while `web.enabled` is false", warning=True)
    if web.public_url is None:
        return
    if not web.enabled:
        text = "nothing listens while `web.enabled` is false; no link will be sent"
        yield Fault(("web", "public_url"), text, warning=True)
    elif is_exposed(web.public_url):
        text = "links of people and callbacks cross the network unprotected; use https"
        yield Fault(("web", "public_url"), text, warning=True)


def _smtp_faults(given: set[str]) -> Iterator[Fault]:
    if "password" in given and "username" not in given:
        yield Fault(("smtp",), '"username" is missing: the password is of no use without it')
    if "username" in given and "password" not in given:
        yield Fault(("smtp",), '"password" is missing for this username; best given as LEGUP_SMTP__PASSWORD')


def _smtp_doubts(smtp: SmtpAccount, folder: Path) -> Iterator[Fault]:
    if smtp.security is SmtpSecurity.NONE and smtp.password is not None:
        text = "the password crosses the network unprotected; use starttls or tls"
        yield Fault(("smtp", "security"), text, warning=True)
    authority = _below(folder, smtp.ca_file) if smtp.ca_file else None
    if smtp.ca_file and not (authority and _is(Path.is_file, authority)):
        yield Fault(("smtp", "ca_file"), f'there is no file "{smtp.ca_file}"')


def _database(written: str | None, folder: Path) -> str | None:
    return written if written is None or is_shared(written) else str(_below(folder, written))


def _limits(section: LimitsSection) -> dict[ChannelName, Limits]:
    return {
        ChannelName.CONSOLE: CONSOLE,
        ChannelName.SMS: section.sms,
        ChannelName.EMAIL: section.email,
        ChannelName.APPRISE: section.apprise,
    }


def _below(folder: Path, written: str) -> Path | None:
    """None for what can be no file's name: too long, with a zero byte, or in the home of a user there is not."""
    try:
        path = folder / Path(written).expanduser()
        path.lstat()
    except (ValueError, RuntimeError):
        return None
    except OSError as error:
        return None if error.errno == ENAMETOOLONG else path
    return path


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    try:
        return kind(path)
    except OSError:  # a folder on the way is closed to us
        return False
