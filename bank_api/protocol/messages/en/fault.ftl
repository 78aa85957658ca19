# Errors of the packages below and of anonymization, each told from its fields.

# chaincode
fault-message = { $field }: { $rule }
fault-contract-refused = { $contract }: { $reason }
fault-ledger-unavailable = ledger unavailable: { $reason }
fault-ledger-refused = the ledger refused ({ $code }): { $message }
fault-decode = { $reason }
fault-deployment = deployment: { $reason }
fault-build = { $contract } does not compile: { $reason }
fault-layout = { $contract }.{ $variable } { $reason }

# pds_adapter: stores
fault-name-refused = { $field } { $value }: { $rule }
fault-not-sealed = only a SealedDocument may be stored, not { $offered }
fault-condition-refused = a write may ask for if_match or for if_none_match, not for both
fault-account-unknown = account { $account_id } was never opened in this store
fault-account-erased = account { $account_id } was erased at { $erased_at }; an erased account stays closed
fault-document-unknown = account { $account_id } has no document { $box }/{ $name }
fault-e-tag-conflict = { $account_id } { $box }/{ $name }: the writer believed etag { $expected }, but found { $found }
fault-not-granted = { $reader } holds no live grant for box { $box } of account { $account_id }
fault-store-format = { $where }: { $reason }
fault-archive-format = archive, { $entry }: { $rule }
fault-store-unavailable = { $where }: { $reason }

# pds_adapter: sealing
fault-canonical-form = { $path }: { $rule }
fault-key-format = { $field }: { $rule }
fault-envelope-format = sealed document, { $field }: { $rule }
fault-not-a-recipient = the document is not wrapped to { $public_key }, or that wrap was destroyed
fault-envelope-forged = { $part }

# pds_adapter: escrow
fault-not-in-group = { $field }: { $rule }
fault-threshold-refused = { $threshold } of { $holders }: { $rule }
fault-escrow-terms = escrow, { $field }: { $rule }
fault-escrow-forged = { $reason }
fault-deal-format = deal, { $field }: { $rule }
fault-wrong-deal = deal of custodian { $dealers }: { $reason }
fault-missing-deals = still to deal: custodian { $dealers }
fault-share-format = share, { $field }: { $rule }
fault-paper-word = word { $position } ('{ $word }') is not in the list{ $suggestions ->
    [none] {""}
   *[other] ; perhaps { $suggestions }
}
fault-share-checksum = the checksum does not fit: the share was mistyped or damaged
fault-share-password = the keystore of share { $index } does not open: wrong password, or the file was altered
fault-share-index = share { $index }: { $rule }
fault-foreign-share = share { $index } is of another { $field }: { $found }, not { $expected }
fault-wrong-share = does not fit the published commitments: share { $indexes }
fault-wrong-partial = the proof fails for the contribution of custodian { $indexes }
fault-drill-failed = custodian { $index } did not prove possession of share { $index } for this challenge
fault-too-few-shares = { $given } of { $threshold } shares: { $missing } more needed

# releases
fault-schema = { $field }: { $rule }
fault-input-row = row { $row_index }, column '{ $column }': { $rule }
fault-undeclared-column = row { $row_index }, column '{ $column }': { $rule }
fault-release-format = { $field }: { $rule }
fault-seats-format = history of releases: { $rule }
fault-policy-unreachable = { $rule } = { $required }{ $column ->
    [none] {""}
   *[other] {" "}of column '{ $column }'
} cannot be reached: { $reached } { $rule ->
    [k] rows
   *[other] distinct values
}, { $missing } missing
fault-release-refused = release refused by rule '{ $rule }': { $detail } (required { $required }, measured { $reached })
fault-mnemonic-line = set of words { $number }: { $reason }
fault-mnemonic-count = of the sets of words that begin with { $first }, { $needed } are needed, and { $given } are there
fault-group-count = { $needed } groups are needed, and words of { $given } are there
fault-move = { $rule }
