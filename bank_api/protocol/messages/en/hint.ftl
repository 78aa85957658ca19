# What to do about it.

hint-another-name = choose another name with --name
hint-file-altered = the file { $file } was altered
hint-wallet-list = azukari wallet list shows the wallets here; azukari wallet new makes one
hint-passphrase = give --passphrase-file, set { $variable }, or run at a terminal
hint-audit-replay = azukari audit replay says more
hint-tell-the-auditor = do not acknowledge this release; tell the auditor
hint-new-folder = name a folder that is not there yet
hint-ledger-export = azukari-ledger export --data DIR --out FOLDER writes one
hint-name-deployment = name the bank's deployment.json with --deployment
hint-right-wallet = it was sealed to another key: is this the right wallet?
hint-name-ledger = name a running node with --ledger URL
hint-name-bank = start the bank, or name another with --bank URL (or AZUKARI_BANK)
hint-other-version = the bank may run another version than this wallet
hint-bank-url = the bank must be reached under the address it gives itself (its url setting)
hint-purchase-may-have-arrived = the purchase may have arrived: look at azukari member coupons before buying again
hint-escrow-custodians = azukari escrow custodians lists them
hint-ask-custodians = ask the other custodians to contribute (azukari custodian contribute)
hint-ask-another-custodian = ask another custodian for a contribution; this one's was altered or never was right
