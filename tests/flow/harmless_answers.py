"""In which answers of a bank a lie harms nobody, and why."""


# ---- every answer ----

CONTRACT = "signed as shown, and refused by the contract, which has other words"
NAMED = "an id shown falsely ends nothing: the signature names what it ends; what is left out is not found out"
OWN = "opens with the wallet's own key, bound to owner, document, version and place (ADR 44): a store cannot mix or cut"
FORGEABLE = f"{OWN}; but nobody signs a document, so that the bank could seal one of its own making (SECURITY.md)"
PROVEN = "as every proof: under the ledger's seal, or refused"
SHOWN = "only shown: nothing is signed, sealed or paid for it; an auditor's replay tells what is true"
CHECKED = "held against the ledger's digest of the survey before anything is signed for it"
OFFICE = "the operator's own work list: what is ordered names an account or an id, and is seen on the ledger afterwards"
HARMLESS = {
    "/v1/health": SHOWN,
    "/v1/ready": SHOWN,
    "/v1/me/place": SHOWN,
    "/v1/me/former-keys": "taken only with a keyed hash by the present key's secret: what somebody else sealed to it"
    " is none",
    "/v1/me/entrusted-key": "each part is verified against the commitments; a false one keeps documents closed, and"
    " opens nothing",
    "/v1/key-shares": "a share is verified against its escrow, whose id is bound to the account that it is of",
    "/v1/draws": f"{CONTRACT}; with another drawer's key both sides commit to other parts, and the draw never binds",
    "/v1/me": "a name, a balance: shown; the key that a ward's answer is sealed to is proven; a partner's own name goes"
    " into its request, where board and members read it",
    "/v1/me/consents": NAMED,
    "/v1/me/passbook": f"{SHOWN}; that a recovery waits is asked of the ledger each time",
    "/v1/me/releases": f"{SHOWN}; `--check` proves the row, and the member's own answer besides",
    "/v1/me/coupons": f"{SHOWN}; what is paid with is named by class and title, which the contract has",
    "/v1/redemptions/{redemption_id}": f"{CONTRACT}: title and class; which shop it is, by name, is the bank's word,"
    " but only a shop of the issuer's can take it, and it signs the same words",
    "/v1/escrows/{escrow_id}/share": "opened, and verified against the commitments of the policy that its owner signed",
    "/v1/proofs/escrows/{escrow_id}": PROVEN,
    "/v1/proofs/openings/{opening_id}": PROVEN,
    "/v1/proofs/consents/{consent_id}": PROVEN,
    "/v1/proofs/releases/{release_id}/row": f"{PROVEN}; that a release is of homes is the bank's word, in all places",
    "/v1/accounts/{account}/encryption-key": PROVEN,
    "/v1/requests/{request_id}": "as /v1/requests; signatures under a decision are held against their keys",
    "/v1/releases": SHOWN,
    "/v1/releases/{release_id}": SHOWN,
    "/v1/releases/{release_id}/payload": "rows are held against the payload root, which the partner signs with its"
    " acknowledgement: the contract refuses another; --ledger reads it from another node before",
    "/v1/releases/{release_id}/sealed": "as /v1/releases/{release_id}/payload; bytes besides by the hash in their tag",
    "/v1/releases/{release_id}/evidence": "run again by the auditor, from the chain",
    "/v1/partner/summary": SHOWN,
    "/v1/shop/redemptions": "a till believes the bank that a coupon was taken, and hands over goods; what is due for"
    " them is counted from the ledger (SECURITY.md)",
    "/v1/shop/redemptions/stream": "as /v1/shop/redemptions",
    "/v1/operator/summary": SHOWN,
    "/v1/operator/health": SHOWN,
    "/v1/surveys/{survey_id}": CHECKED,
    "/v1/rule-categories": f"{CONTRACT}: names of categories; which partner belongs to which is the operator's word",
    "/v1/spending-policies": "which shops a policy names is believed by whoever sends coins under it (SECURITY.md)",
    "/v1/gift-orders": OFFICE,
    "/v1/quota": SHOWN,
    "/v1/results": "that a result exists can be kept back; its figures are proven (`azukari results show`)",
    "/v1/publications": f"{SHOWN}; each names a release that the ledger has",
    "/v1/results/{release_id}": "figures are held against the proven root; purpose and names are shown",
    "/v1/results/{release_id}/entities": "for platforms, which hold nothing against the ledger: the root stands in it",
    "/v1/inbox/stream": "wakes whoever waits; what awaits is then read from /v1/inbox",
    "/v1/me/budget": SHOWN,
    "/v1/me/delegations": NAMED,
    "/v1/me/rules": NAMED,
    "/v1/me/erasure": "everything is given up by the member's own wish; coins go to the pinned operator alone",
    "/v1/me/rights": SHOWN,
    "/v1/operator/registrations": "the operator's own bank; whoever is let in joins by a word of their own",
    "/v1/accounts/{account}/recoveries": "only shown: a veto names the recovery, and is proven on the ledger",
    "/v1/me/files": FORGEABLE,
    "/v1/me/files/{document}/versions/{version}": FORGEABLE,
    "/v1/me/files/{document}/versions/{version}/chunks/{index}": OWN,
    "/v1/me/file-grants": SHOWN,
    "/v1/me/file-readings": SHOWN,
    "/v1/file-grants": "only shown: what is fetched by it is signed by its owner, cover and all",
    "/v1/file-grants/{grant_id}/chunks/{index}": OWN,
    "/v1/me/requests/{request_id}/preview": "only shown: the notice that is signed says what the contract has",
    "/v1/me/releases/{release_id}/statistics": SHOWN,
    "/v1/requests/{request_id}/expectation": SHOWN,
    "/v1/partner/statement": "shown; `--verify` holds each figure in coins and coupons against the ledger's"
    " blocks; who fetched what is the bank's own word",
    "/v1/operator/people": OFFICE,
    "/v1/operator/rights": OFFICE,
    "/v1/operator/terms": SHOWN,
    "/v1/partner/promotions": SHOWN,
    "/v1/operator/promotions": OFFICE,
    "/v1/me/notices": SHOWN,
    "/v1/webhook": SHOWN,
    "/v1/webhook/key": "a receiver keeps the key that it was given first; a message names an id and moves nothing",
    "/v1/proofs/terms": PROVEN,
    "/v1/me/preferences": "one's own bounds, which only advise: what is signed is shown whole before",
    "/v1/release-key": "deals are signed by who is on the board by the ledger; what was confirmed is known again",
    "/v1/answers-openings": SHOWN,
    "/v1/answers-openings/{opening_id}": "each wrapped key proves itself; who consented is the bank's word (ADR 45)",
    "/v1/apps": "the operator's list; what is let in reads what is sealed to it from then on",
    "/v1/boxes": FORGEABLE,
    "/v1/boxes/{owner}/{box}/records": FORGEABLE,
    "/v1/boxes/{owner}/{box}/records/{name}": FORGEABLE,
    "/v1/me/box-grants": "each is signed by its owner, whose wallet seals to nobody else",
    "/v1/me/box-readings": SHOWN,
    "/v1/deployment": "for whoever reads the ledger alone; a wallet signs for the contracts that it pinned",
}
"""Read as the attacker: what could a lie there make a person do?"""
