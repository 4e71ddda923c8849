"""The two-way side of an installation put together: the desk, and the inbox where texts are fetched."""

from __future__ import annotations

from collections.abc import Callable

from config.inbound import Inbound, inbound_of, is_toll_free, links_base, provider_answers
from config.person import ChannelName
from config.settings import Config, Service
from messages.rendering import Renderer
from scheduler.clock import Clock
from scheduler.conversation.house import House
from scheduler.delivery.ports import Outbox
from scheduler.delivery.routines import Routines
from scheduler.service.assembly import channels_in_use, message_links
from scheduler.service.defaults import nudge_defaults
from scheduler.service.inbox import OFTEN, SELDOM, Inbox, InboxThread
from scheduler.service.profile import Parlour
from scheduler.service.reception import Office, Reception, Signatures
from scheduler.service.registry import Registry
from scheduler.service.roster import planner
from scheduler.service.trouble import Trouble


def build_desk(config: Config, outbox: Outbox, clock: Clock, kick: Callable[[], None]) -> Reception:
    """The desk on this outbox; `kick` is called when something waits to be sent at once."""
    service = config.service
    renderer, routines = Renderer(service.templates), Routines(nudge_defaults())
    house = House(
        handles_stop_words=provider_answers(service.twilio),
        toll_free=is_toll_free(service.twilio),
        languages=renderer.languages(),
    )
    office = Office(
        house=house,
        parlour=Parlour(routines, nudge_defaults(), renderer, _channels(config)),
        plan=planner(routines),
        links=message_links(service),
        signatures=_signatures(service),
    )
    return Reception(outbox, office, clock, kick)


def build_registry(config: Config, outbox: Outbox, clock: Clock, kick: Callable[[], None]) -> Registry | None:
    """What another system brings people by; None where no token lets one in. `kick` as for the desk."""
    if config.service.web.api_token is None:
        return None
    return Registry(config, outbox, clock, kick)


def build_inbox(
    service: Service,
    desk: Reception,
    outbox: Outbox,
    clock: Clock,
    trouble: Trouble,
    ours: Callable[[], bool] = lambda: True,
) -> InboxThread | None:
    """What fetches texts and reports; None where none come in. `ours` as for `InboxThread`."""
    inbound = inbound_of(service.twilio, service.web)
    if service.twilio is None or inbound is Inbound.OFF:
        return None
    from scheduler.channels.twilio_inbox import TwilioInbox

    pause = OFTEN if inbound is Inbound.POLL else SELDOM
    return InboxThread(Inbox(TwilioInbox(service.twilio), desk, outbox, clock), pause, trouble, ours)


def _signatures(service: Service) -> Signatures | None:
    if service.twilio is None or service.twilio.auth_token is None or links_base(service.web) is None:
        return None
    from scheduler.channels.twilio_webhook import Signatures as TwilioSignatures

    return TwilioSignatures(service.twilio.auth_token)


def _channels(config: Config) -> frozenset[ChannelName]:
    """Those that have an account; the console shows its messages to whoever sits there, and is nobody's to choose."""
    service = config.service
    accounts = {
        ChannelName.SMS: service.twilio is not None,
        ChannelName.EMAIL: service.smtp is not None,
        ChannelName.APPRISE: ChannelName.APPRISE in channels_in_use(config),
    }
    return frozenset(channel for channel, there in accounts.items() if there)
