"""For whoever comes to look: something left to do for each role, and a link into it with a wallet of the demo.

A link carries its wallet's key behind `#demo=`. The pages take that from this very machine only, and say so on every
screen: whoever has such a link has the wallet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bank_api.protocol.documents.open_results import opened
from bank_api.protocol.documents.synthetic import for_made_up
from chaincode.ids import to_hex
from scripts.stage import acts, recovery
from scripts.stage.acts import Story
from scripts.stage.cast import Actor, Company
from wallet_cli import sealed_records as records
from wallet_cli.signing import escrow as escrowing
from wallet_cli.signing import member as consenting
from wallet_cli.signing import partner as asking

CONSENTING = 40
"""How many members consent to what the operator may release."""
SPARE_COINS = 1000
"""What the partner has left for a request of the guest's own."""
ITEMS = ("age", "educ", "TVnews")
CROSSED = ["age", "TVnews"]
"""What the figures for everybody are of, one by one and together."""


@dataclass(frozen=True)
class WayIn:
    """A part of the pages, and who is there already."""

    part: str
    actor: Actor

    def link(self, url: str) -> str:
        return f"{url}/{self.part}#demo={bytes(self.actor.key.key).hex()}"


def leave_open(company: Company, story: Story) -> tuple[WayIn, ...]:
    """A request for the board to decide, one that can be released, an opening that awaits custodians, a diary."""
    media, cafe = company.others["media"], company.others["cafe"]
    company.operator.client.operator.sell_coins(media.account, to_hex(media.signer.new_id()), SPARE_COINS)
    _ask(company, story, cafe, "新しい店の場所選び / Choosing where to open a shop", ("age", "popul"))
    request_id = _ask(company, story, media, "健康番組の企画 / Planning a health programme", ITEMS)
    _approve(company, request_id)
    _consent(company, request_id, company.members[2 : 2 + CONSENTING])
    _entrust(company)
    _write(company)
    ways = {"member": company.members[1], "partner": media, "shop": company.others["shop"]}
    ways |= {"board": company.others["board"], "custodian": company.others["guardian"], "operator": company.operator}
    return tuple(WayIn(part, actor) for part, actor in ways.items())


def publish_result(company: Company, story: Story) -> tuple[str, str]:
    """Statistics for everybody, approved and consented to by all: the request's id, and the release's."""
    request_id = _agreed(company, story, opened("視聴の集計 / Figures about viewing"))
    release_id = to_hex(company.others["media"].signer.new_id())
    made = company.operator.client.operator.release(release_id, request_id, epsilon=1, crossed=[CROSSED])
    return request_id, made.id


def publish_made_up(company: Company, story: Story, rows: int = 40) -> tuple[str, str]:
    """Rows that nobody is, asked for, approved and consented to likewise; needs `requirements/synthetic.txt`."""
    request_id = _agreed(company, story, for_made_up("番組づくりの練習 / To try a programme on"))
    release_id = to_hex(company.others["media"].signer.new_id())
    made = company.operator.client.operator.release(release_id, request_id, epsilon=1, rows=rows)
    return request_id, made.id


def _agreed(company: Company, story: Story, purpose: str) -> str:
    """A request for statistics that the board approved and everybody consented to."""
    media, board = company.others["media"], company.others["board"]
    terms = asking.RequestTerms(
        recipient=media.name,
        purpose=purpose,
        description="何歳の人が何日見るかの数だけ。 / Only counts.",
        k_minimum=2,
        persons_maximum=len(company.members),
        coins_base=1,
        coins_per_item=1,
        valid_until=company.bank.time + 20 * 86400,
        retention_days=60,
        legal_class=asking.LEGAL_CLASSES["statistical"],
    )
    if story.survey is None:
        raise RuntimeError("the survey comes first")
    company.operator.client.operator.sell_coins(media.account, to_hex(media.signer.new_id()), SPARE_COINS)
    request_id = media.client.send(asking.file_request(media.signer, story.survey, CROSSED, terms)).id
    request = next(each for each in board.client.board.requests() if each.request_id == request_id)
    board.client.send(asking.decide_request(board.signer, request, approved=True, note="よい"))
    _consent(company, request_id, company.members, uses=2)
    return request_id


def _ask(company: Company, story: Story, partner: Actor, purpose: str, items: Sequence[str]) -> str:
    terms = asking.RequestTerms(
        recipient=partner.name,
        purpose=purpose,
        description="どの年代の人が何を望むかを知るためです。 / To learn what people of which age wish for.",
        k_minimum=acts.K,
        persons_maximum=2 * CONSENTING,
        coins_base=acts.COINS_BASE,
        coins_per_item=acts.COINS_PER_ITEM,
        valid_until=company.bank.time + 20 * 86400,
        retention_days=60,
    )
    coins = (terms.coins_base + terms.coins_per_item * len(items)) * terms.persons_maximum
    company.operator.client.operator.sell_coins(partner.account, to_hex(partner.signer.new_id()), coins)
    if story.survey is None:
        raise RuntimeError("the survey comes first")
    return partner.client.send(asking.file_request(partner.signer, story.survey, items, terms)).id


def _approve(company: Company, request_id: str) -> None:
    board = company.others["board"]
    request = next(one for one in board.client.board.requests() if one.request_id == request_id)
    note = "三項目だけで、目的もはっきりしている。"
    board.client.send(asking.decide_request(board.signer, request, approved=True, note=note))


def _consent(company: Company, request_id: str, people: Sequence[Actor], uses: int = 1) -> None:
    def one(person: Actor) -> None:
        request = next(each for each in person.client.member.requests() if each.request_id == request_id)
        person.client.send(consenting.decide_consent(person.signer, request, given=True, uses_maximum=uses))

    company.everybody(people, one, lambda: None)


def _entrust(company: Company) -> None:
    """A document of a member, entrusted two of three, that its owner asks to have opened."""
    owner = company.members[1]
    escrow_id = recovery.entrust(company, owner, [owner, company.others["guardian"], company.others["lawyer"]])
    asked = escrowing.ask_opening(owner.signer, escrow_id, "端末を買い替えました / I have a new phone")
    owner.client.send(asked)


def _write(company: Company) -> None:
    """A record in a box of a member's own."""
    owner = company.members[1]

    def key_of(account: str) -> str:
        return owner.proven.anybody(account).word.key

    box = records.own_box(owner.signer, company.connection.url, "diary", owner.client.boxes, key_of)
    made = records.Record({"気分 / Mood": "穏やか / Calm", "お茶 / Cups of tea": 2}, ("朝",))
    records.put(owner.client.boxes, box, owner.signer.encryption, "first-day", made)
