"""The bank: surveys, consents, releases, coupons and escrows over HTTP; truth about them on the ledger."""

from chaincode.late_key_files import load_key_files_late

load_key_files_late()
