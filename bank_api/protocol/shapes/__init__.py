"""The bank's JSON answers as frozen values.

Fields the wallet relies on are required, so an answer that lacks one is refused at the door (BankAnswerError);
fields it does not know are kept, so `--json` shows everything the bank said.
bytes32 values and addresses stay the hex strings of the API; `signing` parses the ones it signs.
"""
