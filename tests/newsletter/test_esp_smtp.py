"""Real SMTP servers on 127.0.0.1 that refuse, defer or hang up at each stage."""

import asyncio
import socket
import threading

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from django.core.mail import EmailMultiAlternatives

from newsletter.errors import SendDeferred, SendOutcomeUnknown, SendRefused, ServerUnavailable
from newsletter.esp import Outbox
from tests.newsletter.factories import ANA, BARTEK


class Server:
    """Takes everything unless told otherwise; `replies` says what to answer at which stage."""

    def __init__(self):
        self.replies, self.hang_up_at, self.silent_at = {}, set(), set()
        self.taken, self.connections = [], 0

    async def _at(self, server, stage):
        if stage in self.silent_at:
            await asyncio.sleep(30)
        if stage in self.hang_up_at:
            server.transport.abort()
            await asyncio.sleep(0.05)
        return self.replies.get(stage)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        reply = await self._at(server, "EHLO")
        return [reply] if reply else responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        reply = await self._at(server, "MAIL")
        if reply:
            return reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        reply = await self._at(server, "RCPT")
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return await self._at(server, "DATA") or "250 2.0.0 queued as 4711"


class Conversation(SMTP):
    """aiosmtpd asks its handler only after the message; this one can also answer DATA itself."""

    async def smtp_DATA(self, arg):  # noqa: N802
        handler = self.event_handler
        reply = await handler._at(self, "before DATA")
        if reply:
            await self.push(reply)
            return
        if "in DATA" in handler.hang_up_at:
            await self.push("354 go on")
            await self._reader.readuntil(b"\r\n")
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class Listening(Controller):
    def factory(self):
        return Conversation(self.handler, **self.SMTP_kwargs)


@pytest.fixture
def server(settings, request):
    handler = Server()
    controller = Listening(handler, hostname="127.0.0.1", port=0, **getattr(request, "param", {}))
    controller.port = free_port()
    controller.start()
    settings.NEWSLETTER_EMAIL_BACKEND = "newsletter.esp.SMTPBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    yield handler
    controller.stop()


@pytest.fixture
def outbox():
    box = Outbox()
    yield box
    box.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def message(address=ANA, body="Dzień dobry"):
    letter = EmailMultiAlternatives("Autobus", body, "list@testowo.example", [address])
    letter.extra_headers["Message-ID"] = "<1@testowo.example>"
    letter.attach_alternative("<p>Dzień dobry</p>", "text/html")
    return letter


def test_a_message_that_is_taken_gives_a_receipt(server, outbox):
    receipt = outbox.send(message(), delivery_id="1")
    assert receipt.message_id == "<1@testowo.example>"
    assert receipt.answer == "250 2.0.0 queued as 4711"
    assert [address for address, _content in server.taken] == [ANA]


def test_one_connection_carries_many_messages(server, outbox):
    for _ in range(5):
        outbox.send(message(), delivery_id="1")
    assert (len(server.taken), server.connections) == (5, 1)


def test_lines_of_dots_arrive_as_they_were_written(server, outbox):
    outbox.send(message(body="pierwsza\n.\n..druga\n.kropka\n"), delivery_id="1")
    (_address, content) = server.taken[0]
    assert b"pierwsza\r\n.\r\n..druga\r\n.kropka\r\n" in content


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "before DATA", "DATA"])
@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_a_temporary_no_at_any_stage_defers(server, outbox, stage, code):
    server.replies[stage] = f"{code} 4.3.2 try {ANA} later"
    with pytest.raises(SendDeferred) as deferred:
        outbox.send(message(), delivery_id="1")
    assert not isinstance(deferred.value, ServerUnavailable)
    assert deferred.value.reason == f"{code} 4.3.2 try [address] later"


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "before DATA", "DATA"])
@pytest.mark.parametrize("code", [550, 552, 554])
def test_a_final_no_at_any_stage_refuses_and_leaves_the_connection_usable(
    server, outbox, stage, code
):
    server.replies[stage] = f"{code} 5.1.1 <{ANA}> unknown"
    with pytest.raises(SendRefused) as refused:
        outbox.send(message(), delivery_id="1")
    assert refused.value.reason == f"{code} 5.1.1 <[address]> unknown"
    server.replies.clear()
    outbox.send(message(BARTEK), delivery_id="2")
    assert server.taken[-1][0] == BARTEK
    assert server.connections == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "before DATA"])
def test_a_line_cut_before_the_message_defers(server, outbox, stage):
    server.hang_up_at.add(stage)
    with pytest.raises(SendDeferred):
        outbox.send(message(), delivery_id="1")
    server.hang_up_at.clear()
    outbox.send(message(), delivery_id="1")
    assert len(server.taken) == 1


@pytest.mark.parametrize("stage", ["in DATA", "DATA"])
def test_a_line_cut_once_the_message_has_begun_is_unknown(server, outbox, stage):
    server.hang_up_at.add(stage)
    with pytest.raises(SendOutcomeUnknown):
        outbox.send(message(), delivery_id="1")
    server.hang_up_at.clear()
    outbox.send(message(BARTEK), delivery_id="2")
    assert server.taken[-1][0] == BARTEK


@pytest.mark.parametrize(
    ("stage", "ending"),
    [("RCPT", SendDeferred), ("before DATA", SendDeferred), ("DATA", SendOutcomeUnknown)],
)
def test_a_reply_that_does_not_come_in_time(server, outbox, settings, stage, ending):
    settings.EMAIL_TIMEOUT = 0.2
    server.silent_at.add(stage)
    with pytest.raises(ending):
        outbox.send(message(), delivery_id="1")


def test_a_conversation_ends_before_the_lease_does(server, outbox, settings):
    settings.NEWSLETTER_LEASE_SECONDS = 0.5
    settings.EMAIL_TIMEOUT = 20
    server.silent_at.add("DATA")
    with pytest.raises(SendOutcomeUnknown):
        outbox.send(message(), delivery_id="1")


def test_a_connection_the_server_closed_meanwhile_is_opened_anew(server, outbox):
    outbox.send(message(), delivery_id="1")
    outbox._connection.connection.sock.shutdown(socket.SHUT_RDWR)
    outbox.send(message(BARTEK), delivery_id="2")
    assert [address for address, _content in server.taken] == [ANA, BARTEK]
    assert server.connections == 2


def test_no_server_at_all_is_unavailable(outbox, settings):
    settings.NEWSLETTER_EMAIL_BACKEND = "newsletter.esp.SMTPBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    with pytest.raises(ServerUnavailable, match="ConnectionRefusedError"):
        outbox.open()


def test_a_greeting_that_is_a_no_is_unavailable(outbox, settings):
    settings.NEWSLETTER_EMAIL_BACKEND = "newsletter.esp.SMTPBackend"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.EMAIL_HOST, settings.EMAIL_PORT = listening.getsockname()

        def greet():
            caller, _address = listening.accept()
            with caller:
                caller.sendall(b"554 5.3.2 no service here\r\n")
                caller.recv(100)

        greeter = threading.Thread(target=greet)
        greeter.start()
        with pytest.raises(ServerUnavailable, match="554"):
            outbox.open()
        greeter.join()


def refuse_log_in(server, session, envelope, mechanism, data):
    return AuthResult(success=False, handled=False)


@pytest.mark.parametrize(
    "server", [{"authenticator": refuse_log_in, "auth_require_tls": False}], indirect=True
)
def test_a_refused_log_in_says_nothing_about_the_message(server, outbox, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "list", "wrong"
    with pytest.raises(ServerUnavailable, match="535"):
        outbox.open()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(
    "server", [{"auth_required": True, "auth_require_tls": False}], indirect=True
)
def test_a_log_in_that_we_lack_says_nothing_about_the_message(server, outbox):
    with pytest.raises(ServerUnavailable, match="530"):
        outbox.send(message(), delivery_id="1")


def test_an_address_that_can_not_be_put_on_an_envelope_is_refused(server, outbox):
    with pytest.raises(SendRefused):
        outbox.send(message("ana@" + "ą" * 80 + ".example"), delivery_id="1")
    letter = message()
    letter.subject = "Autobus\r\nBcc: ofiara@gmina.example"
    with pytest.raises(SendRefused, match="BadHeaderError"):
        outbox.send(letter, delivery_id="1")
    assert server.taken == []
