"""Which acts are more than carried to the ledger, and by which flow."""

from bank_api.flows import (
    answer,
    ask,
    consent,
    correct,
    coupons,
    draws,
    encryption_key,
    escrow,
    gifts,
    join,
    redeem,
    rotation,
    rules,
)
from bank_api.flows.flow import Flow
from chaincode import typed_data as structs
from chaincode.typed_data import SignedStruct

FLOWS: dict[type[SignedStruct], Flow] = {
    structs.Join: Flow(join.join, join.record),
    structs.Answer: Flow(answer.answer, answer.store_and_record, answer.same),
    structs.Correction: Flow(correct.correct, correct.record, answer.same),
    structs.DataRequest: Flow(ask.file_request),
    structs.Decision: Flow(ask.decide),
    structs.ApprovalRevocation: Flow(ask.revoke),
    structs.Consent: Flow(consent.consent),
    structs.Withdrawal: Flow(consent.withdraw),
    structs.CouponClass: Flow(coupons.publish),
    structs.Purchase: Flow(coupons.purchase),
    structs.CouponTransfer: Flow(coupons.give),
    structs.Redemption: Flow(redeem.confirm),
    structs.DrawBinding: Flow(draws.bind),
    structs.Entry: Flow(draws.enter),
    structs.EncryptionKey: Flow(encryption_key.publish),
    structs.EscrowPolicy: Flow(escrow.create),
    structs.ShareReceipt: Flow(escrow.acknowledge),
    structs.OpeningRequest: Flow(escrow.request_opening),
    structs.Contribution: Flow(escrow.contribute),
    structs.GiftOrder: Flow(gifts.order),
    structs.StandingRule: Flow(rules.set_rule),
    structs.RuleEnd: Flow(rules.end_rule),
    structs.KeyRotation: Flow(rotation.rotate),
}
