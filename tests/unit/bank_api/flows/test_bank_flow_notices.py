"""People are told by e-mail and webhook: what they chose, at least once, one id each time, nothing personal."""

import re
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bank_api.flows import mail, telling
from bank_api.flows.telling import Telling
from bank_api.protocol import webhook
from bank_api.protocol.errors import FieldError
from bank_api.protocol.kinds import InboxKind
from bank_api.protocol.notices import Channel
from bank_api.settings import Settings
from chaincode.ids import new_id, to_hex
from tests.unit.bank_api.receivers import Mailbox, Receiver, port_of

ADDRESS = "aoi@example.jp"
SENT_TO = "/v1/me/notices"


@pytest.fixture(autouse=True)
def logged_in(town):
    """Other tests let sessions run out."""
    for one in (town.operator, *town.boards):
        one.log_in()


@pytest.fixture
def mailbox(town, monkeypatch):
    box = Mailbox()
    controller = box.serve()
    set_mail(town, monkeypatch, smtp_host="127.0.0.1", smtp_port=port_of(controller), smtp_encryption="none")
    yield box
    controller.stop()


def set_mail(town, monkeypatch, **settings):
    monkeypatch.setattr(town.bank, "settings", town.bank.settings.model_copy(update=settings))


@pytest.fixture
def receiver(town, monkeypatch):
    set_mail(town, monkeypatch, webhooks_anywhere=True)
    found = Receiver()
    yield found
    found.shutdown()


def tell(town):
    """One process for all tests: another would wait for its lease."""
    if not hasattr(town, "telling"):
        town.telling = Telling(town.bank)
    return town.telling.tell()


def code_in(message):
    return re.search(r"\b[0-9]{8}\b", message.get_content()).group()


def told_at(person, mailbox, address=ADDRESS):
    """The person's address, confirmed."""
    done = person.put(SENT_TO, {"email": address, "language": "en"})
    assert done.status_code == 200, done.text
    confirmed = person.put(f"{SENT_TO}/confirmation", {"code": code_in(mailbox.messages.pop())})
    assert confirmed.status_code == 200, confirmed.text
    mailbox.recipients.clear()
    return confirmed.json()


def answered(town, person):
    """Something new in the person's inbox: the bank answered what was asked."""
    asked = person.done("/v1/me/rights", {"request_id": to_hex(new_id()), "kind": "access", "words": "my secret words"})
    town.operator.done(f"/v1/operator/rights/{asked['request_id']}/answer", {"outcome": "done", "words": "sent"})
    return asked["request_id"]


# ---- the address ----


def test_an_address_counts_once_the_code_came_back_and_stands_in_the_directory(town, mailbox):
    person = town.member()
    asked = person.put(SENT_TO, {"email": ADDRESS}).json()
    assert (asked["email"], asked["confirmed"], asked["waiting_for"]) == (None, False, ADDRESS)
    [message] = mailbox.messages
    code = code_in(message)
    assert code not in str(town.bank.notices.chosen(person.account))
    assert mailbox.recipients == [ADDRESS]
    assert "鍵やパスフレーズをお尋ねすることは" in message.get_content()
    other = "0" * 8 if code != "0" * 8 else "1" * 8
    refused = person.put(f"{SENT_TO}/confirmation", {"code": other})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    found = person.put(f"{SENT_TO}/confirmation", {"code": code}).json()
    assert (found["email"], found["confirmed"], found["waiting_for"]) == (ADDRESS, True, None)
    assert town.bank.directory.person(person.account).email == ADDRESS
    again = person.put(f"{SENT_TO}/confirmation", {"code": code})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_no_second_code_goes_out_within_a_minute(town, mailbox):
    """To whatever addresses: the bank must not write to strangers as fast as somebody asks."""
    person = town.member()
    assert person.put(SENT_TO, {"email": ADDRESS}).status_code == 200
    early = person.put(SENT_TO, {"email": "somebody-else@example.jp"})
    assert (early.status_code, early.json()["code"], len(mailbox.messages)) == (429, "too-many-requests", 1)
    assert 0 < int(early.headers["Retry-After"]) <= 60
    assert person.get(SENT_TO)["waiting_for"] == ADDRESS
    town.chain.advance(60)
    assert person.put(SENT_TO, {"email": "somebody-else@example.jp"}).status_code == 200
    assert mailbox.recipients[-1] == "somebody-else@example.jp"


def test_after_five_wrong_codes_the_right_one_is_worth_nothing(town, mailbox):
    person = town.member()
    person.put(SENT_TO, {"email": ADDRESS})
    code = code_in(mailbox.messages[-1])
    for number in range(5):
        wrong = f"{(int(code) + number + 1) % 10**8:08}"
        assert person.put(f"{SENT_TO}/confirmation", {"code": wrong}).status_code == 403
    assert person.put(f"{SENT_TO}/confirmation", {"code": code}).status_code == 409
    town.chain.advance(60)
    person.put(SENT_TO, {"email": ADDRESS})
    town.chain.advance(3601)
    assert person.put(f"{SENT_TO}/confirmation", {"code": code_in(mailbox.messages[-1])}).status_code == 409


@pytest.mark.parametrize("email", ["aoi", "a@b", "a b@c.jp", "a@c.jp\nBcc: b@c.jp", "<a@c.jp>", "a@c.jp, b@c.jp"])
def test_what_is_no_address_is_refused_by_name(town, mailbox, email):
    refused = town.member().put(SENT_TO, {"email": email})
    assert (refused.status_code, refused.json()["field"]) == (422, "email")
    assert mailbox.messages == []


def test_without_a_mail_server_or_with_one_that_is_down_nothing_changes(town, mailbox, monkeypatch):
    person = town.member()
    mailbox.answer = "451 later"
    refused = person.put(SENT_TO, {"email": ADDRESS, "kinds": {"release-made": ["email"]}})
    assert (refused.status_code, "nothing was changed" in refused.text) == (409, True)
    set_mail(town, monkeypatch, smtp_host=None)
    assert "sends no e-mail" in person.put(SENT_TO, {"email": ADDRESS}).text
    kinds = {one["kind"]: one["channels"] for one in person.get(SENT_TO)["kinds"]}
    assert kinds["release-made"] == ["inbox", "webhook"]
    person.put(SENT_TO, {"kinds": {"release-made": ["inbox"]}})
    kinds = {one["kind"]: one["channels"] for one in person.get(SENT_TO)["kinds"]}
    assert kinds["statistics-made"] == ["inbox"], "they were one kind when this was chosen"


# ---- by e-mail ----


def test_what_is_new_is_told_once_and_says_nothing_personal(town, mailbox):
    person = town.member()
    answered(town, person)
    told_at(person, mailbox)
    assert tell(town) == 0, "what was there before is known"
    request_id = answered(town, person)
    assert tell(town) == 1
    assert tell(town) == 0
    [message] = mailbox.messages
    text = f"{message['Subject']} {message.get_content()}"
    assert "The bank answered what you asked for" in text
    assert "http://testserver" in text
    for secret in ("my secret words", "sent", request_id, person.account, person.name, "Member"):
        assert secret not in text
    assert message["Auto-Submitted"] == "auto-generated"
    assert mailbox.recipients == [ADDRESS]


def test_people_choose_what_reaches_them_how(town, mailbox):
    person = town.member()
    told_at(person, mailbox)
    found = person.put(SENT_TO, {"kinds": {"right-answered": ["inbox"]}}).json()
    assert {one["kind"]: one["channels"] for one in found["kinds"]}["right-answered"] == ["inbox"]
    answered(town, person)
    assert tell(town) == 0
    person.put(SENT_TO, {"kinds": {"right-answered": ["email"]}})
    assert tell(town) == 1
    for kind in ("recovery-asked", "recovery-certain"):
        always = person.put(SENT_TO, {"kinds": {kind: []}})
        assert (always.status_code, always.json()["field"]) == (422, "kinds")
    unknown = person.put(SENT_TO, {"kinds": {"gossip": ["email"]}})
    assert unknown.status_code == 422


def test_a_mail_server_that_is_busy_is_asked_again_later_and_one_that_refuses_is_not(town, mailbox):
    person = town.member()
    told_at(person, mailbox)
    answered(town, person)
    mailbox.answer = "451 busy"
    assert tell(town) == 0
    mailbox.answer = "250 taken"
    assert tell(town) == 0, "not before its time"
    town.chain.advance(telling.WAITS_SECONDS[0] + 1)
    assert tell(town) == 1
    mailbox.recipient_answer = "550 nobody"
    answered(town, person)
    assert tell(town) == 0
    mailbox.recipient_answer = "250 known"
    town.chain.advance(10**6)
    assert tell(town) == 0, "given up"


def test_who_dies_between_sending_and_noting_sends_again_under_the_same_id(town, mailbox, monkeypatch):
    person = town.member()
    told_at(person, mailbox)
    answered(town, person)

    class Died(BaseException):
        pass

    def die(*_rows):
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(town.bank.notices, "note", die)
        with pytest.raises(Died):
            tell(town)
    assert tell(town) == 1
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_of_a_recovery_everybody_is_told_who_has_any_address(town, mailbox):
    person, board = town.member(), town.organization("board")
    row = town.bank.directory.person(person.account)
    town.bank.directory.save_person(type(row)(**row.model_dump() | {"email": "from-the-staff-list@example.jp"}))
    assert person.get(SENT_TO)["confirmed"] is False
    begin_recovery(town, person, board)
    assert tell(town) == 1
    assert mailbox.recipients == ["from-the-staff-list@example.jp"]
    assert "心当たりがなければ" in mailbox.messages[0].get_content()


def begin_recovery(town, person, board):
    """Operator and board propose a new key."""
    from chaincode.typed_data import Recovery

    new = town.newcomer()
    words = Recovery(
        town.new_id(), person.account, new.account, b"\1" * 32, b"\2" * 32, town.now * 1000, town.now + 10**5
    )
    approvers = sorted(town.boards, key=lambda one: int(one.account, 16))
    approvals = [one.signer.sign(words).signature for one in approvers]
    face = town.bank.contracts.recovery
    assert face.recover(town.bank.transactor, words, new.signer.sign(words).signature, approvals).accepted
    town.bank.index.catch_up()  # past the bank's own ways, which would wait for it


def test_who_wants_no_mail_any_more_is_forgotten_and_so_is_who_erases_all(town, mailbox):
    person = town.member()
    told_at(person, mailbox)
    found = person.delete(f"{SENT_TO}/email").json()
    assert (found["email"], found["confirmed"]) == (None, False)
    answered(town, person)
    assert tell(town) == 0
    town.chain.advance(60)
    told_at(person, mailbox)
    town.bank.notices.forget(person.account)
    assert town.bank.notices.chosen(person.account).confirmed_at is None
    assert town.bank.notices.told(person.account, "email") == {}


def test_mail_goes_encrypted_and_with_a_login(town, tmp_path, monkeypatch):
    box, seen = Mailbox(), []

    def check(_server, _session, _envelope, mechanism, data):
        seen.append((mechanism, data.login, data.password))
        return AuthResult(success=data.password == b"mail password")

    context = server_context(tmp_path)
    controller = box.serve(tls_context=context, require_starttls=True, auth_required=True, authenticator=check)
    (tmp_path / "password").write_text("mail password\n")
    set_mail(
        town, monkeypatch, smtp_host="localhost", smtp_port=port_of(controller), smtp_user="bank",
        smtp_password_file=tmp_path / "password", smtp_ca_file=tmp_path / "cert.pem",
    )  # fmt: skip
    try:
        person = town.member()
        told_at(person, box)
        assert seen
        assert all(password == b"mail password" for _, _, password in seen)
        assert box.was_encrypted == [True]
        set_mail(town, monkeypatch, smtp_ca_file=None)
        answered(town, person)
        assert tell(town) == 0, "a server that nobody vouches for gets nothing"
    finally:
        controller.stop()


def server_context(folder):
    """A certificate of this machine's own name, in `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = (
        builder.not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize(
    "settings",
    [
        {"smtp_host": "mail.example", "smtp_encryption": "none"},
        {"smtp_host": "mail.example", "smtp_user": "bank"},
    ],
)
def test_a_bank_that_would_send_in_clear_or_half_logged_in_does_not_start(tmp_path, settings):
    with pytest.raises(ValueError, match="smtp_"):
        Settings(data=tmp_path, deployment=tmp_path / "d", operator_key_file=tmp_path / "k", **settings)


@pytest.mark.parametrize("kind", InboxKind)
def test_every_kind_has_its_sentence_in_both_languages(kind):
    from bank_api.protocol.messages import Catalogue

    english, japanese = (Catalogue(language)(f"mail-{kind}") for language in ("en", "ja"))
    assert english != japanese
    assert "{" not in english + japanese


def test_an_id_tells_nothing_of_whose_it_is():
    one, other = mail.notice_id("0x1", "terms-changed:0x5"), mail.notice_id("0x2", "terms-changed:0x5")
    assert one != other
    assert "0x1" not in one


# ---- by webhook ----


def decided(town, partner, board):
    """Something new in a partner's inbox."""
    town.fund(partner, 1000)
    request_id = town.request(partner, town.survey(), ["age"])
    town.decide(board, request_id)
    return request_id


@pytest.fixture
def partner(town):
    return town.organization("partner")


@pytest.fixture
def board(town):
    return town.boards[0] if town.boards else town.organization("board")


def test_an_organization_is_told_signed_and_the_receiver_can_check_it(town, receiver, partner, board):
    decided(town, partner, board)
    found = partner.put("/v1/webhook", {"url": receiver.url}).json()
    assert (found["url"], found["waiting"]) == (receiver.url, 0)
    assert tell(town) == 0, "what was there before is known"
    request_id = decided(town, partner, board)
    assert tell(town) == 1
    assert tell(town) == 0
    [(headers, body)] = receiver.taken
    key = town.client.get("/v1/webhook/key").json()["key"]
    assert key == found["key"]
    document = webhook.verify(key, headers, body, town.now)
    assert (document["type"], document["data"]["subject"]) == ("inbox.request-decided", request_id)
    assert set(document["data"]) == {"account", "kind", "subject", "due_at", "count", "link"}


def test_a_message_that_was_changed_is_old_or_is_anothers_is_refused(town, receiver, partner, board):
    partner.put("/v1/webhook", {"url": receiver.url})
    decided(town, partner, board)
    tell(town)
    [(headers, body)] = receiver.taken
    key, now = town.client.get("/v1/webhook/key").json()["key"], town.now
    for changed, content, at, field in (
        (headers, body + b" ", now, webhook.SIGNATURE),
        (headers | {"Webhook-Id": "msg_other"}, body, now, webhook.SIGNATURE),
        (headers | {"Webhook-Signature": "v1,AAAA v1a,AAAA"}, body, now, webhook.SIGNATURE),
        (headers | {"Webhook-Signature": ""}, body, now, webhook.SIGNATURE),
        (headers | {"Webhook-Timestamp": "soon"}, body, now, webhook.TIMESTAMP),
        (headers, body, now + 400, webhook.TIMESTAMP),
        (headers, body, now - 400, webhook.TIMESTAMP),
    ):
        lowered = {name.lower(): value for name, value in changed.items()}
        with pytest.raises(FieldError) as refused:
            webhook.verify(key, lowered, content, at)
        assert refused.value.field == field
    other = webhook.public_key(b"\7" * 32)
    with pytest.raises(FieldError, match=webhook.SIGNATURE):
        webhook.verify(other, headers, body, now)
    with pytest.raises(FieldError, match="key"):
        webhook.verify("whsec_x", headers, body, now)


def test_what_is_not_taken_is_sent_again_under_the_same_id_at_a_new_time(town, receiver, partner, board):
    partner.put("/v1/webhook", {"url": receiver.url})
    decided(town, partner, board)
    for status, wait in ((503, telling.WAITS_SECONDS[0]), (302, telling.WAITS_SECONDS[1])):
        receiver.status = status
        assert tell(town) == 0
        assert partner.get("/v1/webhook")["waiting"] == 1
        town.chain.advance(wait + 1)
    receiver.status = 204
    assert tell(town) == 1
    ids = {headers["webhook-id"] for headers, _ in receiver.taken}
    times = [headers["webhook-timestamp"] for headers, _ in receiver.taken]
    assert (len(ids), len(receiver.taken)) == (1, 3)
    assert times == sorted(set(times))


def test_a_receiver_that_is_gone_is_asked_no_more_until_it_is_set_again(town, receiver, partner, board):
    partner.put("/v1/webhook", {"url": receiver.url})
    decided(town, partner, board)
    receiver.status = 410
    assert tell(town) == 0
    assert partner.get("/v1/webhook")["stopped_at"] is not None
    receiver.status = 204
    assert tell(town) == 0
    partner.put("/v1/webhook", {"url": receiver.url})
    assert tell(town) == 1
    gone = partner.delete("/v1/webhook").json()
    assert gone["url"] is None
    decided(town, partner, board)
    assert tell(town) == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.example/hook", "https://127.0.0.1/hook", "https://localhost/hook", "https://10.0.0.7/hook",
        "https://169.254.169.254/latest", "https://[::1]/hook", "https://[::ffff:10.0.0.7]/hook",
        "https://[64:ff9b::a00:7]/hook", "https://224.0.0.1/hook", "https://user:word@8.8.8.8/hook",
        "https://no-such-host.invalid/hook", "https://0.0.0.0/hook", "https://8.8.8.8:99999/hook",
    ],
)  # fmt: skip
def test_the_bank_is_sent_nowhere_inside(town, partner, url):
    refused = partner.put("/v1/webhook", {"url": url})
    assert (refused.status_code, refused.json()["field"]) == (422, "url"), refused.text
    assert partner.get("/v1/webhook")["url"] is None


def test_a_name_that_means_another_machine_later_reaches_nobody(town, receiver, partner, board, monkeypatch):
    partner.put("/v1/webhook", {"url": receiver.url})
    decided(town, partner, board)
    set_mail(town, monkeypatch, webhooks_anywhere=False)
    assert tell(town) == 0
    assert receiver.taken == []


def test_members_have_no_webhook(town, receiver, refusal):
    assert refusal(town.member().put("/v1/webhook", {"url": receiver.url})) == (403, "forbidden")


def test_one_process_tells_at_a_time(town):
    book = town.bank.notices
    assert book.take_lease("test", "one", 1000, 60)
    assert not book.take_lease("test", "other", 1059, 60)
    assert book.take_lease("test", "one", 1059, 60)
    assert book.take_lease("test", "other", 1120, 60)


def test_no_moment_of_anybodys_keeps_others_from_being_told(town, mailbox, monkeypatch):
    """The ledger counts on where dates end, and one whose notice cannot be written was told before all others."""
    assert mail.moment(2**40 - 1) == "9999-12-31 23:59 UTC"
    asked = []

    def due(_bank, account, _channel):
        asked.append(account)
        raise ValueError(account)

    monkeypatch.setattr(telling, "_ways", lambda _bank: [("one", Channel.EMAIL), ("another", Channel.EMAIL)])
    monkeypatch.setattr(telling, "_due", due)
    tell(town)
    assert asked == ["one", "another"]
