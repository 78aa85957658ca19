"""Document escrow from the wallets' side: entrust, verify a share, ask for an opening, contribute, recover.

A custodian signs only for a share that was opened, fits the Feldman commitments and belongs to the terms that the
ledger holds. A contribution opens one document once asked for; shares never leave their custodians, and nobody ever
holds the key. At recovery every contribution is verified on its own, so that a false one is named with its custodian.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bank_api.protocol.acts import ContributionParts, EscrowPolicyParts, OpeningRequestParts, SealedShareBody
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.escrows import Custodian, EscrowView, OpeningView, SealedContribution, SealedShare
from chaincode.ids import EMPTY_ID, NOBODY, id_from_hex, text_hash, to_hex
from chaincode.places import OpeningWord
from chaincode.typed_data import Contribution, EscrowPolicy, OpeningRequest, ShareReceipt, Signed, Veto
from pds_adapter.errors import EnvelopeError, EscrowError
from pds_adapter.escrow.document import DocumentEscrow, create_escrow, open_escrow_as
from pds_adapter.escrow.opening import contribute, open_contribution, open_with_contributions
from pds_adapter.escrow.shares import EscrowShare, open_share, seal_share
from pds_adapter.escrow.terms import EscrowTerms
from pds_adapter.escrow.threshold import PartialDecryption
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import SealedDocument
from pds_adapter.sealing.keys import PublicKey
from wallet_cli.errors import EvidenceError, InputError, ShareRejectedError, WalletError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.proven import ProvenAccount, ProvenOpening
from wallet_cli.signing.draft import Draft
from wallet_cli.signing.pieces import open_pieces
from wallet_cli.signing.signer import Signer, encryption_key_hash, from_base64, to_base64


@dataclass(frozen=True)
class KnownCustodian:
    """A custodian and the key that is sealed to, which the ledger has under that custodian's own signature."""

    account: str
    key: PublicKey


@dataclass(frozen=True)
class CheckedOpening:
    """An opening that the ledger has, is open to contributions, and was asked for in these words."""

    request: OpeningRequest
    recipient: PublicKey


@translated_errors()
def known_custodian(custodian: Custodian, proven: ProvenAccount) -> KnownCustodian:
    """Refuse who may not act on the ledger, and a key other than the ledger's."""
    key = PublicKey.from_hex(custodian.encryption_key)
    if proven.account != custodian.account or not proven.word.is_active:
        raise EvidenceError(said("error-account-inactive", name=custodian.name, account=custodian.account))
    if proven.encryption_key_hash == EMPTY_ID:
        raise EvidenceError(said("error-no-key-on-ledger", name=custodian.name), said("hint-publish-key"))
    if encryption_key_hash(key) != proven.encryption_key_hash:
        raise EvidenceError(said("error-other-key", name=custodian.name, account=custodian.account))
    return KnownCustodian(custodian.account, key)


@translated_errors()
def check_policy(escrow: EscrowView, policy_hash: bytes) -> EscrowView:
    """The escrow, if what the bank shows of it is what its owner signed, by the hash that the ledger has."""
    policy = EscrowPolicy.from_json(escrow.policy)
    shown = (escrow.escrow_id, escrow.owner, escrow.threshold, tuple(escrow.custodians))
    hashes = (escrow.commitments_hash, escrow.document_hash)
    named = (escrow.heir or NOBODY, escrow.replaces or to_hex(EMPTY_ID))
    if (
        policy.struct_hash() != policy_hash
        or shown != (to_hex(policy.escrow_id), policy.owner, policy.threshold, policy.custodians)
        or hashes != (to_hex(policy.commitments_hash), to_hex(policy.document_hash))
        or named != (policy.heir, to_hex(policy.replaces))
    ):
        raise EvidenceError(said("error-other-policy", escrow=escrow.escrow_id))
    return escrow


@translated_errors()
def check_opening(signer: Signer, escrow: EscrowView, opening: OpeningView, proven: ProvenOpening) -> CheckedOpening:
    """What a custodian contributes to: 1. the ledger has these words, 2. they are about this escrow and this key,

    3. nobody vetoed, and the time to do so is over by the ledger's clock or this machine's.
    """
    words = OpeningRequest.from_json(opening.request)
    recipient = PublicKey.from_hex(opening.recipient_key)
    if (words.opening_id, words.struct_hash()) != (proven.opening_id, proven.request_hash):  # 1.
        raise EvidenceError(said("error-other-request", opening=opening.opening_id))
    ids = (to_hex(words.opening_id), to_hex(words.escrow_id), words.requester)  # 2.
    if ids != (opening.opening_id, escrow.escrow_id, opening.requester):
        raise EvidenceError(said("error-other-request", opening=opening.opening_id))
    if encryption_key_hash(recipient) != words.recipient_key_hash or text_hash(opening.reason) != words.reason_hash:
        raise EvidenceError(said("error-other-recipient", requester=words.requester))
    if proven.state is not OpeningWord.REQUESTED and proven.state is not OpeningWord.OPENED:  # 3.
        raise EvidenceError(said("error-opening-closed", opening=opening.opening_id))
    if max(proven.time, signer.now()) < proven.ready_at:
        raise EvidenceError(said("error-opening-waits", opening=opening.opening_id))
    return CheckedOpening(words, recipient)


@translated_errors()
def entrust_document(
    signer: Signer,
    title: str,
    document: bytes,
    custodians: Sequence[KnownCustodian],
    threshold: int,
    opening_delay_seconds: int = 0,
    heir: str = NOBODY,
    replaces: bytes = EMPTY_ID,
) -> Draft[EscrowPolicy, EscrowPolicyParts]:
    """Seal the document, deal one share to each custodian in order, and sign the policy; the owner can open it too.

    `heir` may ask for an opening besides owner and custodians. `replaces` is an escrow of the owner's that ends when
    this one is active; the secret is a new one, and the old shares open nothing of it.
    """
    if not 2 <= threshold <= len(custodians):
        raise InputError("threshold", said("rule-threshold", high=len(custodians)))
    if len({custodian.account for custodian in custodians}) != len(custodians):
        raise InputError("custodians", said("rule-two-shares"))
    keys = [custodian.key for custodian in custodians]
    escrow_id = signer.new_id()
    escrow, shares = create_escrow(document, keys, threshold, escrow_id, [signer.encryption.public], signer.randomness)
    policy = EscrowPolicy(
        escrow_id=escrow_id,
        owner=signer.account,
        threshold=threshold,
        custodians=tuple(custodian.account for custodian in custodians),
        commitments_hash=escrow.commitments_hash,
        document_hash=escrow.document_hash,
        opening_delay_seconds=opening_delay_seconds,
        heir=heir,
        replaces=replaces,
        deadline=signer.deadline(),
    )
    sealed = [seal_share(share, key, signer.randomness) for share, key in zip(shares, keys, strict=True)]
    parts = EscrowPolicyParts(
        title=title,
        document_base64=to_base64(escrow.to_bytes()),
        commitments_base64=to_base64(canonical_json(escrow.terms.to_json())),
        shares=[
            SealedShareBody(custodian=custodian.account, sealed_base64=to_base64(share.to_bytes()))
            for custodian, share in zip(custodians, sealed, strict=True)
        ],
    )
    return Draft(signer.sign(policy), parts)


@translated_errors()
def receive_share(signer: Signer, escrow: EscrowView, sealed: SealedShare) -> EscrowShare:
    """This custodian's own share: 1. the terms are this escrow's, 2. the share opens and fits them, 3. it is mine."""
    terms = EscrowTerms.from_json(parse_canonical_json(from_base64(sealed.commitments_base64, "commitments")))  # 1.
    check_terms(escrow, terms)
    data = from_base64(sealed.sealed_base64, "the share")
    share = (  # 2.
        open_share(SealedDocument.from_bytes(data), signer.encryption, terms)
        if terms.epoch == 0
        else open_pieces(data, signer.encryption, terms)
    )
    if share.index != holder_index(escrow, signer.account):  # 3.
        raise EvidenceError(said("error-share-of-another", index=str(share.index), account=signer.account))
    return share


@translated_errors()
def acknowledge_share(signer: Signer, escrow: EscrowView, share: EscrowShare) -> Signed[ShareReceipt]:
    """For a share that `receive_share` verified; the contract compares the hash with the owner's signed policy."""
    return signer.sign(
        ShareReceipt(
            escrow_id=id_from_hex(escrow.escrow_id, "escrow_id"),
            custodian=signer.account,
            commitments_hash=share.commitments_hash,
            deadline=signer.deadline(),
        )
    )


@translated_errors()
def ask_opening(signer: Signer, escrow_id: str, reason: str) -> Draft[OpeningRequest, OpeningRequestParts]:
    """Ask that the escrow be opened to this wallet. A nonce keeps the public hash of the reason from being guessed."""
    salted_reason = f"{reason}\n{signer.randomness(16).hex()}"
    key = signer.encryption.public
    request = OpeningRequest(
        opening_id=signer.new_id(),
        escrow_id=id_from_hex(escrow_id, "escrow_id"),
        requester=signer.account,
        recipient_key_hash=encryption_key_hash(key),
        reason_hash=text_hash(salted_reason),
        deadline=signer.deadline(),
    )
    return Draft(signer.sign(request), OpeningRequestParts(recipient_key=key.to_hex(), reason=salted_reason))


@translated_errors()
def contribute_share(
    signer: Signer, escrow: EscrowView, opening: CheckedOpening, share: EscrowShare
) -> Draft[Contribution, ContributionParts]:
    """This custodian's part of this one opening, from a share that `receive_share` verified; the share stays here."""
    opening_id = opening.request.opening_id
    sealed = contribute(document_of(escrow), share, opening_id, opening.recipient, signer.randomness).to_bytes()
    contribution = Contribution(
        opening_id=opening_id,
        custodian=signer.account,
        request_hash=opening.request.struct_hash(),
        contribution_hash=hashlib.sha256(sealed).digest(),
        deadline=signer.deadline(),
    )
    return Draft(signer.sign(contribution), ContributionParts(sealed_base64=to_base64(sealed)))


@translated_errors()
def veto_opening(signer: Signer, opening_id: str) -> Signed[Veto]:
    veto = Veto(opening_id=id_from_hex(opening_id, "opening_id"), owner=signer.account, deadline=signer.deadline())
    return signer.sign(veto)


@translated_errors()
def recover_document(signer: Signer, escrow: EscrowView, opening: OpeningView) -> bytes:
    """The document, from the contributions to an opening that this wallet asked for; each is verified by itself."""
    document, opening_id = document_of(escrow), id_from_hex(opening.opening_id, "opening_id")
    received = [
        check_contribution(signer, escrow, document, opening_id, contribution)
        for contribution in opening.contributions or ()
    ]
    missing = escrow.threshold - len(received)
    if missing > 0:
        raise WalletError(
            said("error-contributions-missing", come=len(received), needed=escrow.threshold, missing=missing),
            said("hint-ask-custodians"),
        )
    return open_with_contributions(document, received, opening_id).content


@translated_errors()
def open_own_document(signer: Signer, escrow: EscrowView) -> bytes:
    """The document, for an owner who still has the key it was sealed to."""
    return open_escrow_as(document_of(escrow), signer.encryption).content


def check_contribution(
    signer: Signer, escrow: EscrowView, document: DocumentEscrow, opening_id: bytes, contribution: SealedContribution
) -> PartialDecryption:
    """One custodian's contribution; whatever is wrong with it is laid at that custodian's door."""
    index = holder_index(escrow, contribution.custodian)
    data = from_base64(contribution.sealed_base64, f"the contribution of {contribution.custodian}")
    try:
        partial = open_contribution(SealedDocument.from_bytes(data), signer.encryption, document, opening_id)
    except (EnvelopeError, EscrowError) as error:
        raise ShareRejectedError(index, contribution.custodian, fault(error)) from error
    if partial.index != index:
        raise ShareRejectedError(index, contribution.custodian, said("error-made-with-share", index=str(partial.index)))
    return partial


def check_terms(escrow: EscrowView, terms: EscrowTerms) -> None:
    """Refuse terms of another escrow, or others than the policy on the ledger names."""
    is_dealt_anew = terms.epoch > 0 and escrow.replaces is not None  # then they keep the first escrow's id
    if to_hex(terms.escrow_id) != escrow.escrow_id and not is_dealt_anew:
        raise EvidenceError(said("error-terms-of-another-escrow", escrow=to_hex(terms.escrow_id)))
    if (terms.threshold, terms.holders) != (escrow.threshold, len(escrow.custodians)):
        raise EvidenceError(said("error-terms-and-policy"))
    if to_hex(terms.commitments_hash) != escrow.commitments_hash:
        raise EvidenceError(said("error-commitments-and-policy"))


def holder_index(escrow: EscrowView, account: str) -> int:
    """Custodian i of the policy, counting from one, holds share i."""
    if account not in escrow.custodians:
        raise EvidenceError(said("error-no-custodian", account=account, escrow=escrow.escrow_id))
    return escrow.custodians.index(account) + 1


def document_of(escrow: EscrowView) -> DocumentEscrow:
    """The sealed document, if it is the one of this escrow's signed policy."""
    document = DocumentEscrow.from_bytes(from_base64(escrow.document_base64, "the document"))
    check_terms(escrow, document.terms)
    if to_hex(document.document_hash) != escrow.document_hash:
        raise EvidenceError(said("error-document-and-policy"))
    return document
