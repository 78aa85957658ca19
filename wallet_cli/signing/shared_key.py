"""A board member's part in the release key that the board shares: deal, confirm a share, contribute to an opening.

The bank carries everything between keepers and is believed in nothing of it:
1. who keeps a share is on the board by the ledger's proof, and pieces are sealed to the keys that the ledger has;
2. each deal is signed by its dealer, who is on the board too and deals in no place but its own: neither the bank nor
   one member with it can put theirs in the others' place;
3. a share fits what all dealers committed to; what was confirmed once is recognised later by this wallet's signature.
The share itself is never kept: it is worked out anew each time, from the deals, by this wallet's own key.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence

from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.shared_key import KeyEpoch, OpeningList
from bank_api.protocol.shared_key import (
    ConfirmationBody,
    DealBody,
    PartBody,
    confirmation_text,
    deal_text,
    opening_context,
)
from chaincode.bindings import Role
from chaincode.ids import id_from_hex, text_hash, to_hex
from chaincode.keys import recover_text, sign_text
from pds_adapter.escrow import ceremony, resharing
from pds_adapter.escrow.releases import WrappedAnswer, contribute_to_release
from pds_adapter.escrow.resharing import Deal
from pds_adapter.escrow.shared import label_of, wrapped_answer
from pds_adapter.escrow.shares import EscrowShare
from pds_adapter.escrow.terms import EscrowTerms
from pds_adapter.sealing.envelope import seal
from pds_adapter.sealing.keys import PublicKey
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.proven import ProvenAccount
from wallet_cli.signing.signer import Signer, to_base64

Prove = Callable[[str], ProvenAccount]
"""An account as the ledger has it."""


@translated_errors()
def deal(signer: Signer, url: str, epoch: KeyEpoch, prove: Prove) -> DealBody:
    """This wallet's deal: of a secret of its own, or of its present share where shares are dealt anew."""
    keepers = check_people(epoch, prove)
    if signer.account not in epoch.dealers:
        raise InputError("--wallet", said("rule-no-ceremony-dealer"))
    if epoch.former_terms is None:
        index = [one.account for one in epoch.keepers].index(signer.account) + 1
        key_id = id_from_hex(epoch.key_id, "key_id")
        made = ceremony.deal_first(key_id, index, keepers, epoch.threshold, signer.randomness)
    else:
        raise InputError("epoch", said("rule-no-ceremony-dealer"))
    return _signed_deal(signer, url, epoch, made)


@translated_errors()
def deal_anew(signer: Signer, url: str, standing: KeyEpoch, epoch: KeyEpoch, prove: Prove) -> DealBody:
    """This wallet's present share, dealt to the keepers of the next epoch."""
    keepers = check_people(epoch, prove)
    if signer.account not in epoch.dealers:
        raise InputError("--wallet", said("rule-no-ceremony-dealer"))
    share, terms = confirmed_share(signer, url, standing)
    if EscrowTerms.from_json(epoch.former_terms) != terms:
        raise EvidenceError(said("error-other-key-terms"))
    quorum = [epoch.former_keepers.index(account) + 1 for account in epoch.dealers]
    made = resharing.deal_anew(share, terms, quorum, keepers, epoch.threshold, signer.randomness)
    return _signed_deal(signer, url, epoch, made)


@translated_errors()
def confirm(signer: Signer, url: str, epoch: KeyEpoch, prove: Prove) -> ConfirmationBody:
    """This keeper's word, once every deal is its dealer's and the own share fits. Raises EvidenceError naming who."""
    keepers = check_people(epoch, prove)
    for one in epoch.deals:
        encoded = b64decode(one.deal_base64)
        text = deal_text(url, one.account, epoch.key_id, epoch.epoch, encoded)
        is_signed = one.account in epoch.dealers and recover_text(text, one.signature) == prove(one.account).word.key
        if not is_signed or Deal.from_bytes(encoded).dealer != _dealer_place(epoch, one.account):
            raise EvidenceError(said("error-deal-not-signed", account=one.account))
    _share, terms = _share_of(signer, epoch)
    if (terms.custodians, terms.threshold) != (tuple(keepers), epoch.threshold):
        raise EvidenceError(said("error-other-key-terms"))
    return ConfirmationBody(signature=_signature(signer, _confirmed_text(signer, url, epoch, terms)))


@translated_errors()
def confirmed_share(signer: Signer, url: str, epoch: KeyEpoch) -> tuple[EscrowShare, EscrowTerms]:
    """This wallet's share of a key that stands, under the very terms that it confirmed."""
    share, terms = _share_of(signer, epoch)
    mine = next((one.confirmation for one in epoch.keepers if one.account == signer.account), None)
    text = _confirmed_text(signer, url, epoch, terms)
    if mine is None or recover_text(text, mine) != signer.key.address:
        raise EvidenceError(said("error-other-key-terms"))
    return share, terms


@translated_errors()
def contribute(signer: Signer, url: str, epoch: KeyEpoch, opening: OpeningList) -> PartBody:
    """This keeper's part for one list, sealed to the opening. Every wrapped key on it proves itself first."""
    share, _terms = confirmed_share(signer, url, epoch)
    answers: list[WrappedAnswer] = [
        wrapped_answer(b64decode(one.shared_base64), label_of(one.owner, one.box, one.name)) for one in opening.listed
    ]
    opening_id = id_from_hex(opening.opening_id, "opening_id")
    part = contribute_to_release(answers, share.share, opening_id, signer.randomness)
    context = opening_context(opening.opening_id, signer.account)
    sealed = seal(part.to_bytes(), [PublicKey.from_hex(opening.public_key)], context, signer.randomness)
    return PartBody(sealed_base64=to_base64(sealed.to_bytes()))


def check_people(epoch: KeyEpoch, prove: Prove) -> Sequence[PublicKey]:
    """The keepers' keys. Raises EvidenceError for who is not on the board now, or has another key on the ledger."""
    shown: Mapping[str, str] = {one.account: one.encryption_key for one in epoch.keepers}
    for account in {*shown, *epoch.dealers}:
        known = prove(account)
        if not known.word.is_active or not known.word.roles & Role.BOARD:
            raise EvidenceError(said("error-keeper-not-on-board", account=account))
        if account in shown and known.encryption_key_hash != text_hash(shown[account]):
            raise EvidenceError(said("error-other-key", name=account, account=account), said("hint-publish-key"))
    return [PublicKey.from_hex(one.encryption_key) for one in epoch.keepers]


def _dealer_place(epoch: KeyEpoch, account: str) -> int:
    """A dealer's number among those who hold what is dealt; who deals in another's place knows the sum of both."""
    holders = [one.account for one in epoch.keepers] if epoch.former_terms is None else list(epoch.former_keepers)
    return holders.index(account) + 1 if account in holders else 0


def _share_of(signer: Signer, epoch: KeyEpoch) -> tuple[EscrowShare, EscrowTerms]:
    deals, pair = [Deal.from_bytes(b64decode(one.deal_base64)) for one in epoch.deals], signer.encryption
    if epoch.former_terms is not None:
        return resharing.receive_share(deals, EscrowTerms.from_json(epoch.former_terms), pair)
    keepers = [PublicKey.from_hex(one.encryption_key) for one in epoch.keepers]
    return ceremony.receive_first(deals, id_from_hex(epoch.key_id, "key_id"), keepers, epoch.threshold, pair)


def _signed_deal(signer: Signer, url: str, epoch: KeyEpoch, made: Deal) -> DealBody:
    encoded = made.to_bytes()
    text = deal_text(url, signer.account, epoch.key_id, epoch.epoch, encoded)
    return DealBody(deal_base64=to_base64(encoded), signature=_signature(signer, text))


def _confirmed_text(signer: Signer, url: str, epoch: KeyEpoch, terms: EscrowTerms) -> str:
    hashed = "0x" + terms.commitments_hash.hex()
    return confirmation_text(url, signer.account, epoch.key_id, epoch.epoch, hashed)


def _signature(signer: Signer, text: str) -> str:
    return to_hex(bytes(sign_text(text, signer.key)))
