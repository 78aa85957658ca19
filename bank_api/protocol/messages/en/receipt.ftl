# A receipt of a consent, and what is wrong with one.

receipt-holds = The receipt holds
receipt-member = member
receipt-recipient = recipient
receipt-purpose = purpose
receipt-items = items
receipt-state = state
receipt-signed = signed
receipt-until = until
receipt-uses = uses
receipt-retention = days that the recipient may keep it
receipt-coins = coins
receipt-block = as of block
receipt-disclosures = Disclosed under it
receipt-alone = Checked against the signers that this wallet knows; not compared with anybody's checkpoint.
receipt-seen = The very block was seen by { $witness } too.
receipt-part-member = it is of another member
receipt-part-words = the words are not those that the ledger took
receipt-part-coins = the ledger promised other coins
receipt-part-request = the request is not the one that was signed
receipt-part-notice = the notice is not the one that was read
receipt-part-uses = the ledger counts more uses than it lists
receipt-part-release = a release is of another request
receipt-signer = by the key
receipt-part-signature = the signature is of no key over these words for this ledger
receipt-part-purpose = its purpose has another name than the ledger has
receipt-purpose-called = kind of purpose
