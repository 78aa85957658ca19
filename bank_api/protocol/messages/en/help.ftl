# What commands do. The id is a command's path; its attributes are its arguments and options.

help-azukari = Azukari, an information bank that anyone can audit. Your keys stay on this machine.
    .exit-codes = Exit codes: 0 done, 1 refused or found false, 2 unusable input, 3 wallet, 4 bank unreachable, 5 evidence does not hold, 6 said to be done, and not on the ledger.
help-example = Example: { $command }
help-usage = Usage: { $usage }
help-arguments = Arguments
help-options = Options
help-common-options = Common options
help-commands = Commands
help-required = required
help-default = default: { $value }
help-variable = env var: { $name }
help-try = Try { $command } for help.

help-shared = shared
    .data = Folder of the bank: SQL database, personal data store, keys.
    .ledger-url = JSON-RPC address of the ledger, or of several nodes of it between commas; http://127.0.0.1:8545 unless told.
    .ledger-token-file = File with the bearer token that the ledger's node asks for.
    .operator-key-file = File with the operator's private key, 0x-hex.
    .wallet = Name of the wallet to act with.
    .bank = Address of the bank.
    .home = Folder of the wallets.
    .passphrase-file = File with the passphrase; else AZUKARI_PASSPHRASE, else a prompt.
    .language = ja or en; from LANG if not given.
    .for-account = Account to act for, where it lets this wallet do so (azukari member delegations).
    .as-json = One JSON value on stdout, nothing else.
    .find = Only rows that show this text.
    .series = Do the same for every wave of the survey's series that is not over.
    .page = Which page of the list; pages have --limit rows, or 50.
    .limit = How many rows to show; all if neither this nor --page is given.
    .yes = Agree in advance; needed when nobody is at the terminal.
    .help = Show this message and exit.
    .version = Show the version and exit.
    .install-completion = Install completion for the current shell.
    .show-completion = Show completion for the current shell, to copy it or customize the installation.
    .name = Name of the wallet; --wallet if not given.
    .kdf = Key derivation: scrypt, scrypt-light, pbkdf2.
    .request = Id of the request, its first digits, or its number in the list shown last. Left out: the only one that fits.
    .consent = Id of the consent, its first digits, or its number in the list shown last. Left out: the only one that fits.
    .survey = Id of the survey, its first digits, or its number in the list shown last. Left out: the only one that fits.
    .release = Id of the release, its first digits, or its number in the list shown last. Left out: the only one that fits.
    .coupon-class = Id of the coupon, its first digits, or its number in the list shown last. Left out: the only one that fits.
    .escrow = Id of the escrow, its first digits, or its number in the list shown last. Left out: the only one that fits.
    .opening = Id of the opening, its first digits, or its number in the list shown last. Left out: the only one that fits.
    .account = The account's address, or its number in the list shown last.
    .encryption-key = X25519 public key, 0x-hex.
    .identity = What `azukari wallet export-address --json` printed.
    .folder = Folder with genesis.json and chain.rlp, as `azukari-ledger export` wrote.
    .deployment = deployment.json; the one in the folder if not given.

help-bank = Show the bank: its name, chain, contracts and terms. No wallet is needed.

help-wallet = Wallets on this machine.

help-wallet-new = Make a wallet with a fresh key.

help-wallet-list = List the wallets; no passphrase is needed.

help-wallet-show = Show one wallet; no passphrase is needed.

help-wallet-import = Take over a key from another wallet. A private key is never an argument.
    .keyfile = A V3 key file of another Ethereum wallet.
    .private-key-file = A file that holds the private key in hex.
    .old-passphrase-file = Passphrase of --keyfile; else a prompt.

help-wallet-export-address = Print the address and the encryption key: all that the bank needs to enroll this wallet.

help-member = What a member does: join, answer, consent, spend, read the passbook.

help-member-requests = List who asks for your data, for what and for how many coins.
    .request = Show this request's notice.

help-member-consent = Consent to a request, after reading its notice: to all of its items, for a release uses them together.
    .until = End earlier: 2026-12-31, +30d.
    .uses = How many releases it is good for.
    .beyond = Consent although it goes beyond what you prefer of this company.

help-member-refuse = Refuse a request; a consent given before ends with it.

help-member-withdraw = Take a consent back: releases from now on are made without you.

help-member-consents = List your consents and what became of them.

help-member-coupons = List your coupons and those on sale.

help-member-buy = Buy coupons with coins.
    .count = How many.

help-member-draws = List prize draws, or show one: what there is to win, who holds its secret, who won.
    .draw = Id of the draw, its first digits, or its number in the list shown last.

help-member-enter = Enter a prize draw with coins. Nobody can choose who wins.
    .draw = Id of the draw, its first digits, or its number in the list shown last. Left out: the only one that is open.

help-member-refund-draw = Bring the coins of a draw back to all who entered, where its drawers keep their parts back.
    .draw = Id of the draw, its first digits, or its number in the list shown last. Left out: the only one that fits.

help-member-redeem = Use a coupon at a shop: sign what its till offers. The shop does not learn who you are.
    .redemption = What the shop's QR code says.

help-member-send-coins = Give coins to another member, or to anybody with an account here.
    .receiver = The other's address (azukari wallet show).
    .coins = How many coins.
    .policy = Id of a spending policy, its first digits, or its number in the list shown last: the coins can be spent with its issuers only.

help-member-send-coupons = Give coupons to another member.
    .receiver = The other's address (azukari wallet show).
    .count = How many.

help-member-pay = Pay a shop in coins.
    .payment = What the shop's QR code says.

help-member-join = Become a member: read the terms and sign them.
    .registered = Join by your approved registration, without an invitation.
    .invitation = The code you were given; asked for if left out.
    .store = Where your documents shall rest: name of a place that the bank offers, or the address of your own server. At the bank unless told.
    .kind = Of your own server: solid or personium.
    .account = Of a Personium cell: the account that may write there (privilege root).
    .password-file = File with that account's password. The bank keeps it, to write there.

help-member-surveys = List the surveys, or show the questions of one.
    .survey = Show this survey's questions.
    .every = Also the waves of a series that open later than the next one.
    .unanswered = Only those that are open and that you have not answered yet.

help-member-answer = Answer a survey, question by question or from a file. The answer is sealed before it leaves this machine.
    .values = JSON file: question keys and whole numbers.
    .pairs = key=value; may be repeated.
    .draft = Keep what is answered so far on this machine, sealed to your key, and send nothing; the next answer goes on from there.
    .discard = Throw the draft away.

help-member-passbook = Show the passbook: every coin, every consent, every disclosure of your data.

help-member-drafts = List your answers half done; they are on this machine only.

help-member-answers = Show your answers that stand, opened here; beside each value who signed it, where you did not type it in.
    .survey = Number in the list, or the beginning of its id. All if left out.

help-member-correct = Correct an answer of yours, also after the survey has closed: the new one counts from now on, no coins move.
    .values = JSON file: question keys and whole numbers.
    .pairs = key=value; what is not named stays, key= leaves a question out. May be repeated.

help-member-preferences = List what each company may have of you at most.

help-member-prefer = Say, signed, what one company may have at most. Standing rules and your own consents keep to it.
    .partner = Number in the list (azukari member preferences), name or a part of it, or address.
    .form = anonymized or statistical; may be repeated. Both if left out.
    .item = Key of a question it may have; may be repeated. All if left out.
    .nothing = It may have nothing.
    .everything = Everything may be asked, as before anything was said.

help-member-releases = List the releases that your answers went into.
    .check = Check your own row of each: under the ledger's root, with your answers, k rows alike.

help-member-export = Take a copy of everything kept for you, opened with your key and checked against the ledger's commitments.
    .folder = A new folder for the copy; one file where its name ends in .zip, which azukari pds import takes in elsewhere.

help-partner = What a partner company does.

help-partner-publish-key = Put the key that releases for you are sealed to on the ledger, under your own signature.

help-partner-request = Ask for items of a survey. The coins it may cost are locked; then the board decides.
    .items = Key of a question; may be repeated.
    .purpose = What the data is for, in one sentence members can judge.
    .why = Why it is needed; members read it in the notice.
    .persons = At most this many people.
    .k = At least this many cannot be told apart.
    .l = At least this many different answers to a sensitive question among them.
    .t = Their answers may differ from everybody's by this many percent at most; 100 is no bound.
    .coins = Coins per person and release.
    .coins-per-item = Further coins per item.
    .until = End of the request: 2026-12-31, +90d.
    .keep = How long you keep the data: 365d.
    .purpose-code = The purpose by its DPV term, its name or its code (azukari partner catalogue).
    .legal-class = Form of the data: anonymized (rows that nobody can be told from) or statistical (figures with error bars).
    .open-to-all = Publish the results (statistics) to everybody: the purpose ends in these words, which board and members sign.
    .synthetic = Ask for made-up rows (statistics): drawn from noisy counts, no row anybody's. The purpose ends in words that say so, which board and members sign.
    .draft = Keep it under this name instead, sealed on this machine; file it later by `partner file`.

help-partner-requests = List your requests and how many consented.

help-partner-catalogue = List what may be asked for: the questions of each survey, purposes by name, and companies by category.

help-partner-releases = List the releases made for you.

help-partner-receive = Fetch and open a release, check every row against its root, write it as CSV, JSON or Parquet, and acknowledge it.
    .out = File to write: CSV, or JSON or Parquet by its name (.json, .parquet); may be repeated. What has come of a broken line rests beside it (.part), and the same command goes on there.
    .ledger = Ask this ledger node for the recorded root, too.
    .ledger-token-file = File with the node's bearer token.
    .acknowledge = Sign that it arrived.
    .dictionary = Write what each column means and how the release was made, in both languages, as a Data Package (JSON) that names the files.
    .payload-out = Write the opened payload as well: what an auditor is handed.
    .notice-out = Write the notice to the recipient of anonymized information that the law asks for, in both languages.

help-partner-close = End a request before its time: its locked coins come back, and no release is made for it any more.

help-partner-attest-deletion = Declare on the ledger that a release and every copy of it are deleted; until when it may be kept, the list of releases says.
    .evidence = A file that shows it, such as a certificate of destruction. Only its hash is told.

help-partner-summary = Show coins, locked coins, releases and redemptions.

help-partner-coupon = Coupons that members buy with coins.

help-partner-coupon-publish = Publish coupons.
    .title = What the coupon is good for.
    .price = Coins.
    .stock = How many there are.
    .description = What a buyer should know.
    .opens = On sale from.
    .closes = On sale until.
    .redeem-until = Good at your shops until.
    .premium = Only for members in a release of this request (its first digits do).

help-shop = What a shop's till does.

help-shop-offer = Offer to take one coupon; the member scans the QR code and signs. Who the member is stays unknown to you.

help-shop-ask-coins = Show a QR code that asks for coins; a member pays by `azukari member pay`.
    .coins = How many coins.

help-shop-redemptions = List what was offered and redeemed here.

help-board = What the data ethics board does.

help-board-draws = List prize draws, or show one.
    .draw = Id of the draw, its first digits, or its number in the list shown last.

help-board-bind-draw = As a drawer, commit to the parts of a draw's secret that you share with each other drawer.
    .draw = Id of the draw, its first digits, or its number in the list shown last. Left out: the only one that fits.

help-board-show-draw = As a drawer, show your parts once the entries are closed. Two drawers share each: one of them is enough.
    .draw = Id of the draw, its first digits, or its number in the list shown last. Left out: the only one that fits.

help-board-requests = List the partners' requests, or show one in full.
    .request = Show this one in full.

help-board-approve = Approve a request: members may now be asked.
    .note = The reason; it is published with the decision.
    .out = File for the others on the board, where it has several seats: more than half of it must sign before anything is sent.

help-board-refuse = Refuse a request: nobody is asked, and the partner's coins are unlocked.
    .note = The reason; it is published with the decision.
    .out = File for the others on the board, where it has several seats: more than half of it must sign before anything is sent.

help-board-revoke = Take back the approval of a request, for good: nobody consents any more and nothing more is released. What was released stays, with the duty to delete it.
    .because = The reason; the partner and the members who consented are told.
    .out = File for the others on the board, where it has several seats; approve-decision and carry-decision go on with it.

help-results = Figures that members let everybody read. Needs neither wallet nor login.

help-results-list = List the results that are published now.

help-results-show = The figures of one result, held against the root on the ledger.
    .result = Id of the result, its first digits, or its number in the list shown last; without it the only one.

help-board-approve-decision = Sign a decision that another member of the board proposed, on one request or on a whole series; each is shown, and held against its words.
    .file = The decision's file, as it came from the hand before.
    .out = New file with your approval in it.

help-board-carry-decision = Send a decision that more than half of the board has signed. Of a series, what is not on the ledger yet: run it again after an interruption.
    .file = The decision's file with the approvals.

help-operator = What the bank's staff does.

help-operator-invite = Invite people: every line gets a code for one person. To send again after a failure, give --out's file as NAMES.
    .names = CSV with the columns name, email, code (the last two may be missing).
    .out = New CSV file for the codes; written before anything is sent.

help-operator-enroll = Enroll a partner, shop, board member, custodian, auditor or operator.
    .role = One of partner, shop, board, custodian, auditor, operator.
    .name = Registered name; members read it.
    .account = Address; or give --from.
    .parent = A shop's company.

help-operator-top-up = Add coins to what a published survey may still pay.
    .survey = The survey's id, its first digits, or its number in the list shown last.
    .coins = How many are added.
    .top-up-id = 0x and 64 hex digits, to repeat a top-up safely: a repeated one adds once.

help-operator-sell-coins = Sell coins to a partner.
    .partner = The account's address.
    .coins = How many.
    .invoice = Invoice id, 0x and 64 hex digits; a repeated one sells once.

help-operator-release = Make a release from the live consents: anonymized, verified, recorded, paid, delivered.
    .request = Id of an approved request, its first digits, or its number in the list shown last. Left out: the only one that fits.
    .k = More than the request asks for.
    .suppression-limit = Share of rows that may be left out.
    .epsilon = For a request of statistics: what it takes of each person's privacy budget (1 unless told); more is more exact.
    .crossed = For a request of statistics: two questions to cross, as in age,vote; may be repeated.
    .rows = For a request of made-up rows: how many; as many as there are people unless told.
    .come-and-go = At the first release of a series: how it tells its people. In homes, which is usual (--come-and-go): few left out, also where many are away and back again; answers are told of larger classes and dealt to their rows by lot. --seats: answers are of a few neighbours; many more left out. Holds for the whole series; leave it out later.
    .release-id = 0x and 64 hex digits, to repeat a release safely.
    .dry-run = Only show what the release would be now; nothing is kept, sent, recorded or paid.

help-operator-requests = List all requests.

help-operator-open-draw = Open a prize draw. Members of the board hold its secret together; entries begin when all of them are bound.
    .title = What it is called.
    .prize = What there is to win.
    .price = Coins an entry costs.
    .entries = At most this many entries.
    .drawer = Account of a member of the board who draws; three to eight, each with this option.
    .prizes = How many win.
    .opens = Entries from.
    .closes = Entries until.
    .refunds-after = How long after that the drawers have before coins go back to whoever asks: 14d.

help-operator-draws = List prize draws, or show one.
    .draw = Id of the draw, its first digits, or its number in the list shown last.

help-operator-refund-draw = Bring the coins of a draw back to all who entered, where its drawers keep their parts back.
    .draw = Id of the draw, its first digits, or its number in the list shown last. Left out: the only one that fits.

help-operator-summary = Show the books: members, answers, consents, releases, coins, coupons, escrows.

help-operator-health = Show how the bank is: ledger, index, requests, disk, stores, notices; and what to do about it.

help-operator-survey = Surveys.

help-operator-survey-publish = Publish a survey from a file. Without a survey_id in the file a new one is made and shown.
    .file = JSON: title, description, questions, base_coins, budget_coins, opens_at, closes_at.

help-operator-survey-series = Publish a series of surveys at once, weekly, monthly or as you say; each wave opens by itself. Run again, it publishes what is missing.
    .file = Survey (JSON) with "series": every (day, week, month, 14d) and waves (how many) or until (a date); opens_at and closes_at are those of the first wave.

help-operator-survey-close = Close a survey before its time.

help-custodian = What a custodian (guardian, lawyer, colleague) does.

help-custodian-publish-key = Put the key that shares and contributions for you are sealed to on the ledger, under your own signature.

help-custodian-shares = List the escrows you hold a share of.

help-custodian-acknowledge = Open your share, verify it against the commitments and the owner's policy, and sign that you hold it.

help-custodian-contribute = Contribute your share to an opening, sealed to whoever asked; it is verified first.

help-escrow = Documents whose key is split among custodians.

help-escrow-custodians = List the custodians you can choose from.

help-escrow-create = Seal a document and deal a share of its key to each custodian. It is active once all have acknowledged.
    .heir = Account that may ask for the document besides you and the custodians, as in a will; you may stop it while you live.
    .replaces = An escrow of yours that ends when this one is active: its old shares open nothing of the new one.
    .document = The file to entrust.
    .chosen = Address or name; one for each custodian.
    .threshold = How many custodians can open it together.
    .title = What custodians read; the file's name if not given.
    .delay = How long an opening waits for your veto: 3d.

help-escrow-status = Show your escrows, or one with its openings.
    .escrow = Only this one, with its openings.

help-escrow-open = Ask that an escrow be opened to this wallet. The owner may veto until the delay is over.
    .reason = Why; the owner and the custodians read it.

help-escrow-recover = Open the document with the custodians' contributions; each is verified, and a false one is named.
    .opening = Id of the opening, its first digits, or its number in the list shown last. Left out: the one you asked for last.
    .out = New file for the document.

help-escrow-read = Read your own document, with the key it was sealed by; nobody else is needed.
    .out = New file for the document.

help-escrow-veto = Stop an opening that you, the owner, did not want.

help-escrow-slip39 = Split a secret into words among people, and combine them again (SLIP-39). No bank is needed.

help-escrow-slip39-split = Split a secret, in hex on standard input or new with --bits. Prints one set of words a line.
    .group = Threshold and members of a group, as 2/3; once for each group.
    .group-threshold = How many groups must come together.
    .bits = Make a new secret of 128 or 256 bits instead of reading one.
    .passphrase = Needed besides the words. Whoever forgets it gets another secret and no error.
    .extendable = Mark the set as extendable: the same secret may be split again.
    .exponent = Doubles the time of each guess at the passphrase, 0 to 15.

help-escrow-slip39-combine = Read sets of words from standard input, one a line, and print the master secret in hex.
    .passphrase = That of the split, if there was one. A wrong one gives another secret and no error.
help-recovery = Lost keys: guardians, recovery, veto.

help-recovery-guardians = Name who together may give your account a new key; a later choice begins after the earlier one's wait.
    .people = The guardians' files (azukari wallet export-address --json), so that they can open documents and records too; or their accounts.
    .threshold = How many of them together replace your key.
    .wait = How long you can veto it: 7d.
    .give-up = Also where earlier guardians still hold the key of documents that were not opened since: these are lost.

help-recovery-ask = With the new wallet: ask to become an account's key.
    .account = The account whose key is lost.
    .evidence = The record of who asks; only a salted hash leaves this machine.
    .out = New file to hand to the guardians or the board.

help-recovery-approve = As guardian or member of the board: approve, once you are sure who asks.
    .file = The recovery's file, as it came from the hand before.
    .out = New file with your approval in it.

help-recovery-begin = Send a recovery that enough have approved; the account rests, and its old key can veto.
    .file = The recovery's file, as it came from the hand before.
    .by-operator = As operator, for an account that named no guardians.

help-recovery-complete = Once the waiting time is over: the account has its new key.
    .file = The recovery's file, as it came from the hand before.

help-recovery-veto = With the old key: stop a recovery that you did not ask for.
    .recovery = Id of the recovery, or its first digits; without it the only one of your account that waits.

help-audit = Check the whole ledger from genesis. Needs no bank and no wallet.

help-audit-replay =
    Re-execute every block, check seals and roots, and fold the events through the rules.
    Exit code 0: the chain is true. 1: it is false, and block and field or rule are named. 2: the files cannot be used.
    .own-code = Demand contracts compiled from this program's sources.
    .checkpoint = A signed checkpoint that somebody kept, or a folder of them.
    .follower = RPC address of a follower of the ledger to compare with.
    .receipt = Receipts of the ledger that a member kept, as JSON.
    .tsa-root = Root certificate of a time stamping authority whose stamps in the export count.

help-audit-network =
    Check a chain of another engine by its nodes: events, calldata and storage over RPC, where blocks cannot be executed again.

    Name several nodes of different owners: what they agree on is believed. Exit codes as of `audit replay`.
    .ledger = RPC address of a node; once for each.
    .deployment = deployment.json of the bank, from whoever is trusted for it.

help-audit-show = List what the contracts recorded, after replaying the chain.
    .event = Only events of this name, such as Disclosed.
    .account = Only events that name this account or id.
    .last = At most this many, the latest.

help-audit-powers = List every use of a power over others: offices, suspensions, recoveries, guardians, coins sold.
    .coins-at-least = Leave out sales and budgets of fewer coins.
    .kind = Only uses of this kind (may be repeated): sale, recovered, request-approved, …

help-audit-books = Show the books over time, from an exported chain alone: coins, consents, releases for each partner, answers.
    .folder = Folder with genesis.json and chain.rlp, as `azukari-ledger export` wrote.
    .every = day, week or month.
    .csv = Folder to write one CSV file for each table into.

help-audit-evidence = Fetch what the bank hands auditors of a release, as auditor or operator: how it was made, what the attacks found, and what it takes to run them again.
    .release = Id of the release, its first digits, or its number in the list shown last.
    .out = File to write.

help-audit-release =
    Check a release from what bank and partner handed over, and run the attacks on it and on all before it again.
    Exit code 0: nothing checked is false. 1: something is, and the check is named. 2: the files cannot be used.
    .file = The bank's evidence (`audit evidence`).
    .payload = The partner's opened payload (`partner receive --payload`).
    .chain = Folder of the exported chain: what the ledger says of the release.

help-release = Anonymize a table, alone or in a series, and attack releases. Needs no bank and no wallet.

help-release-dry-run = Release a table and attack the release. With --history, comparing with earlier releases tells nothing more. Exit code 3: the policy cannot be met; nothing but --explain is written, and the reason says by how much.
    .csv = The table, one row a person, with a header.
    .spec = TOML: role and kind of every column.
    .out = Where the released table goes.
    .report = Where the figures go, as JSON.
    .explain = Where to write which rows were left out and why: for the operator alone.
    .k = Fewest people that cannot be told apart.
    .least = Fewest different sensitive answers in a class.
    .entropy = Entropy l: the answers of a class vary like so many equally frequent ones.
    .recursive = Recursive c,l: a class's commonest answer is rarer than c times all from the l-th commonest on.
    .distance = Greatest distance of a class's answers from everybody's, 0 to below 1.
    .presence = Least and greatest chance that anybody on the list of --population is in the release, as 0.1,0.9.
    .population = Table of everybody who could be in it, with the generalized columns: the staff list.
    .history = Folder of the series; made when new.
    .person = Column of the pseudonym that ties tables together; never released.
    .suppression-limit = Greatest share of rows left out.
    .beside = In a series: so many answers of anybody stay possible to one other person in it, who knows their own. 1: not asked, which leaves out fewer people, and lets whoever took the place of somebody read them.
    .come-and-go = How a series begins. In homes, which is usual (--come-and-go): few people left out, also where others are away each time, cells as narrow as k and l allow, answers told of larger classes and dealt to their rows by lot. --seats: answers told of a few neighbours, wider cells, many more left out. What a series began with holds for all of it.
    .encoding = Encoding of files that are not UTF-8: cp932 (or shift_jis) where Excel wrote them in Japan.

help-release-synthetic = Make rows up that say about what the table says, and are nobody's: drawn from noisy counts (MST, differential privacy). The specification declares every value: nothing of it is read from the table. The report measures how useful they are, beside an anonymized release and two halves of the table; that part has no noise and is for you alone. Exit code 2: a file cannot be used, or the libraries for it are not installed.
    .csv = The table, one row a person, with a header.
    .spec = TOML as of `dry-run`; numbers with minimum and maximum, choices and sets with values, answered = true where no cell is open.
    .epsilon = How much the rows may tell of any one person. Each run costs it again.
    .delta = The chance with which epsilon may not hold.
    .rows = How many rows to make up.
    .out = Where the made-up rows go.
    .report = Where the figures go, as JSON.
    .encoding = Encoding of files that are not UTF-8: cp932 (or shift_jis) where Excel wrote them in Japan.

help-release-attack = Attack releases by anybody: each alone, compared with each other, and with --source against real people.
    .files = Released tables, as `dry-run` writes them.
    .source = The table behind each release, in the same order.
    .sensitive = A sensitive column; else what varies within classes.
    .person = Column of the pseudonym in the sources.
    .least = Different answers that each person should keep.
    .population = Table of everybody who could be in them (the staff list): who is seen to be in, and who to have refused.
    .made-up = They are made-up rows: look for copies of the people in --source instead of classes.
    .report = Write the findings here as well.
    .encoding = Encoding of files that are not UTF-8: cp932 (or shift_jis) where Excel wrote them in Japan.

help-azukari-bank = The bank's API server. Settings also come from AZUKARI_BANK_* in the environment.
help-azukari-bank-serve =
    Serve the API.

    Prints `ready http://HOST:PORT` once it answers.
    .deployment = deployment.json of `python -m chaincode deploy`.
    .host = Address to listen on.
    .port = Port to listen on; 0 takes a free one.
    .name = What people read; Azukari unless told.
    .url = Where people reach the bank; HOST:PORT unless told.
    .database-url = postgresql://… of a server where everything rests; files under --data unless told.
    .workers = How many processes serve; more than one need a server.
help-azukari-bank-work =
    One of several processes that serve the API.

    `serve --workers` starts it.
    .listener = The open socket that it takes callers from.
help-azukari-bank-lead =
    The process that signs as the operator, or stands by to.

    `serve --workers` starts it.
help-azukari-bank-explorer =
    Serve the explorer from a follower of one's own, without the bank.

    Prints `ready http://HOST:PORT` once it answers.
    .deployment = deployment.json of the bank: where the contracts stand.
    .ledger_url = RPC address of the follower.
    .host = Address to listen on.
    .port = Port to listen on; 0 takes a free one.
help-azukari-bank-reindex = Throw the SQL index of the ledger's events away and read the whole ledger again.
    .deployment = deployment.json of `python -m chaincode deploy`.
    .database-url = postgresql://… of the server that the bank rests on, if it does.
help-azukari-bank-backup = Copy all that the bank keeps, while it runs. The copy opens whatever the bank can open: keep it as well.
    .out = New folder for the copy.
    .data = Folder of the bank.
    .database-url = postgresql://… of the server that the bank rests on, if it does.
help-azukari-bank-restore = Put a copy into a new folder, read the ledger again, and say what came after the copy was made. Exit code 3 if something did.
    .backup = Folder that `azukari-bank backup` wrote.
    .data = New folder of the bank.
    .deployment = deployment.json of `python -m chaincode deploy`.
    .database-url = postgresql://… of the server that the bank rests on, if it does.
help-pds = Where your documents rest: at the bank, at a server it offers, or at your own.

help-pds-status = Show where your documents rest, and where else they could.

help-pds-use = Choose a place, as long as nothing is kept for you yet.
    .target = Name of an offered place (azukari pds status lists them), or the address of your own server.
    .kind = Of your own server: solid or personium.
    .account = Of a Personium cell: the account that may write there (privilege root).
    .password-file = File with that account's password. The bank keeps it, to write there.

help-pds-move = Move everything to another place: copied and read back first, removed last. Interrupted, it is taken up by the same command.
    .to = Name of an offered place (house: the bank's own), or the address of your own server.
    .kind = Of your own server: solid or personium.
    .account = Of a Personium cell: the account that may write there (privilege root).
    .password-file = File with that account's password. The bank keeps it, to write there.

help-pds-stay = Give up a move that was not ended. The documents stay where they are.

help-board-propose-seat = Propose to take somebody onto the board or into the operator's office, or to let somebody go. More than half of the board must approve.
    .name = What people read of them.
    .identity = Their file of `azukari wallet export-address --json`.
    .out = New file for the next member of the board.
    .role = board or operator.
    .leave = Let them go.

help-board-approve-seat = Approve a seat that another member of the board proposed.
    .file = The seat's file, as it came from the hand before.
    .out = New file with your approval in it.

help-board-seat = Send a seat that more than half of the board has approved.
    .file = The seat's file with the approvals.

help-operator-quota = How many coins you may still bring into being in this period, by sales and survey budgets together.

help-board-propose-quota = Propose how many coins the operator may bring into being in a period. More than half of the board must approve.
    .coins = So many, by sales and survey budgets together.
    .out = New file for the next member of the board.
    .days = How long a period is.

help-board-approve-quota = Approve a quota that another member of the board proposed.
    .file = The quota's file, as it came from the hand before.
    .out = New file with your approval in it.

help-board-set-quota = Send a quota that more than half of the board has approved.
    .file = The quota's file with the approvals.

help-board-propose-issue = Propose that one sale or one survey's budget may go above the quota. More than half of the board must approve.
    .issue = Id of the invoice, survey or top-up, as the operator's refusal names it.
    .coins = Just so many.
    .out = New file for the next member of the board.
    .partner = Who buys; left out for a survey's budget.

help-board-approve-issue = Approve an issue of coins that another member of the board proposed.
    .file = The issue's file, as it came from the hand before.
    .out = New file with your approval in it.

help-board-allow-issue = Send an issue of coins that more than half of the board has approved.
    .file = The issue's file with the approvals.
help-operator-suspend = Suspend an account: it may only read, withdraw and veto until it is reinstated.
    .account = Address, or a name that only one person has.
    .reason = Why; the account's holder reads it, the ledger has its salted hash.

help-operator-reinstate = Let a suspended account act again.
    .account = Address, or a name that only one person has.
    .reason = Why; the account's holder reads it.

help-operator-dismiss = Take a role from an account; what it owns stays its own.
    .account = Address, or a name that only one person has.
    .role = member, partner, shop, custodian or auditor; board and operators are the board's to let go.
    .reason = Why; the account's holder reads it.

help-operator-ask = Ask, on the ledger, all who answered the survey and said nothing yet for their consent to a request.

help-operator-revoke = Take all consents to a request out of force, where its partner broke the contract.
    .reason = Why; every member reads it.

help-operator-close-request = End a partner's request in its place: locked coins go back, nothing more is released for it.

help-operator-expire = Record on the ledger which consents have run out.

help-operator-abandon = Give up a large release that was opened and never closed; its consents are free again.
    .release-id = The whole id, as `azukari operator release` said it.

help-operator-partner-reward = Promise, once, coins out of a survey's budget for every partner that a member accepts.
    .coins = Coins for each partner.
    .partners = For how many partners at most.

help-operator-policy = Name, for good, the issuers with whom coins under a spending policy may be spent.
    .name = What people read of it.
    .issuer = A partner's address; may be repeated.
    .policy-id = To repeat a call that was cut off.

help-operator-give-gifts = Carry out an issuer's order: each member of its releases once, by lot where there are more than it is for.
    .order = Id of the order, its first digits, or its number in the list shown last. Left out: the only one that is not carried out.

help-operator-gift-orders = List the orders of gifts, and how many were given.

help-partner-order-gifts = Let the bank give premium coupons to members of your releases; you do not learn to whom.
    .persons = To how many members.
    .each = How many each.

help-partner-gift-orders = List your orders of gifts, and how many were given.

help-partner-send-coins = Give coins to somebody with an account here, or coins that can be spent with some issuers only.
    .receiver = The other's address (azukari wallet show).
    .coins = How many coins.
    .policy = Id of a spending policy, its first digits, or its number in the list shown last: the coins can be spent with its issuers only.

help-member-coins = Show your coins, and which of them can be spent with some issuers only.

help-shop-cancel = Take back an offer at the till that nobody has signed.
    .redemption = Id of the offer, its first digits, or its number in the list shown last. Left out: the only one that waits.

help-shop-coupons = List the coupons that this shop takes.

help-shop-totals = Show how many coupons were used and how many coins came in, in one day.
    .day = The day: 2026-12-24. Today if left out.

help-member-rules = Show who gets what without asking you, your standing rules, and every consent given under them.

help-member-allow = Set a standing rule: within its bounds the bank consents for you. Never to what is sensitive.
    .item = Key of a question; may be repeated. Left out: all that are not sensitive.
    .recipients = Kind of company, by name or place; may be repeated. Left out: all that the bank has named.
    .purposes = Purpose, by name or place; may be repeated. Left out: all that the bank has named.
    .k = At least this many cannot be told apart.
    .coins = At least this many coins for each release.
    .uses = How many releases each consent is good for.
    .until = End of the rule: 2026-12-31, +365d.

help-member-end-rule = End a standing rule; what was consented under it stays until it is withdrawn.
    .rule = Id of the rule, its first digits, or its number in the list shown last. Left out: the only one that is active.

help-operator-category = Name, for good, a kind of company, a purpose (by its code) or a form of the data (by its legal class) that standing rules may cover.
    .kind = recipients, purposes or processing.
    .place = Its number, 0 to 31.
    .name = What people read of it; of a purpose best a term of the Data Privacy Vocabulary: dpv:AcademicResearch.

help-operator-categorize = Say to which kind of company a partner belongs.
    .partner = The partner's address.
    .place = Number of the kind.

help-operator-apply-rules = Consent to an approved request for all members whose standing rule covers it.

help-member-delegate = Let another account act for yours, within a scope, until a date.
    .account = The other's address (azukari wallet show).
    .may = In what: survey, consent, coin, coupon, draw, escrow (entrusted documents, and boxes of records); may be repeated.
    .until = End: 2026-12-31, +365d.

help-member-delegations = Show who may act for you, for whom you may act (--for), and what was done in your name.

help-member-end-delegation = Let somebody no longer act for you, whoever appointed it.
    .account = The other's address, or its first digits. Left out: the only one who may.

help-board-propose-guardian = Propose a guardian of somebody who cannot sign; a majority of the board must approve, the operator carries it.
    .ward = Address of whoever cannot sign.
    .guardian = Address of the guardian.
    .may = In what: survey, consent, coin, coupon, draw, escrow (entrusted documents, and boxes of records); may be repeated.
    .evidence = The court's paper, of which the ledger gets a salted hash.
    .out = File to hand to the next member of the board.
    .until = End: 2026-12-31, +365d.

help-board-approve-guardian = Approve a proposed guardian, with your signature under the same words.
    .file = What another member of the board handed on.
    .out = File to hand to the next, or to the operator.

help-operator-appoint = Appoint a guardian whom a majority of the board approved; it begins a week later.
    .file = What the board handed on.

help-recovery-rotate = Move your account to the key of another wallet of yours, while you still have the old one. Documents and box records follow, grants if told; the same again goes on where it died.
    .to = Name of the new wallet on this machine.
    .keep-grants = Whom the old key lets read goes on: only where nobody else can have had that key.
help-member-statistics = Show the figures that your answers went into: the same that the partner was told.
    .release = Id of a release of statistics, its first digits, or its number in the list shown last. Left out: the only one.

help-member-budget = Show how much statistics may still tell of you (differential privacy).
    .partner = To this partner alone (its address).

help-partner-trend = Compare releases of statistics, as `receive --payload` wrote them, oldest first: what changed, and is it more than noise?
    .files = The opened payloads.
help-member-erase = Have everything kept for you erased: first you are told what is destroyed and what stays and why, then you sign. Nobody can undo it.
    .leave-my-server = Do not ask my own server, which is gone: what is there is mine to remove.
help-member-ask-right = Ask for access, correction, restriction or deletion of what is kept about you; the operator must answer within 30 days.
    .kind = access, correction, restriction or deletion.
    .words = What exactly, and why.
help-member-rights = List what you asked for concerning yourself, until when it must be answered, and the answers.
help-operator-rights = List what people asked for concerning themselves, the first due first, overdue ones marked.
    .answered = Those that are answered, too.
help-operator-answer-right = Answer what somebody asked for concerning themselves.
    .request = The request's first digits; needless if only one waits.
    .words = What was done; with --refuse why not.
    .refuse = It is refused.
help-inbox = What awaits you, in all your roles: to decide, to veto, to delete, to answer by a date; and what was done with what is yours.
    .unread = Only what you have not marked as read.
    .mark-read = Mark what is shown as read.
    .everything = All of it, not only the newest.
help-logout = End the sessions of your key, wherever you logged in.
    .everywhere = All of them, on all devices.
help-receipt = Receipts of your consents and of what was disclosed under them, for anybody to check without the bank.
help-receipt-list = List the consents that there are receipts of.
help-receipt-get = Make a receipt, in the form of ISO/IEC TS 27560 with DPV terms, and check it.
    .consent = The consent's first digits; needless if there is only one.
    .out = New file for the receipt.
    .block = As of this block, such as a checkpoint's; else of now.
help-receipt-credential = Get a consent's receipt as a credential that you can show elsewhere, claim by claim. Every claim is held against the ledger first.
    .consent = Number in the list, or the beginning of its id.
    .out = New file.

help-receipt-verify = Check a receipt offline: words, signature, ledger's proof, seal.
    .file = The receipt.
    .checkpoint = A checkpoint of the same block, signed by somebody who saw it.

help-operator-people = List or search people and organizations, the newest first.
    .sought = What name, e-mail or account must hold.
    .role = Only those with this role.
help-partner-statement = Every coin of a month, and whether all of it comes to what the ledger has.
    .month = As 2026-11 (UTC); this month unless told.
    .file = Write the lines to this new CSV file too.
    .accesses = Write who fetched which release, and how many bytes, to this new CSV file.
    .verify = Walk every block of the ledger and hold all figures in coins and coupons against its events and the proven balance.
    .chain = The same against this exported chain, which is executed again.
    .deployment = The chain's deployment.json, if it does not lie beside it.
help-member-preview = See your row as a partner would see it, how many you would hide among, and the coins, before you consent.
    .request = The request's first digits; needless if only one is open.

help-partner-expect = Show what a release for a request would be like if it were made now: people, lost detail or error, coins. Rounded; nobody's answer is shown.
    .request = Id of a request of yours, its first digits, or its number in the list shown last. Left out: the only approved one.
    .epsilon = For statistics: what it takes of each person's privacy budget.
    .crossed = For statistics: two questions to cross, as in age,vote; may be repeated.

help-operator-notice = Write what the Act on the Protection of Personal Information asks for with a release of anonymized information, from the record.
    .release = Id of a release, its first digits, or its number in the list shown last. Left out: the only one.
    .reader = public (what the bank publishes) or recipient (the notice to who gets it).
help-pds-put = Keep a file in your store, sealed by your wallet in chunks. Interrupted, the same command sends what is missing.
    .file = The file, of any kind and size.
    .title = How you will find it again; unless told, the name of the version before, or the file's for a first one. Only you can read it.
    .media-type = As image/jpeg; by the file's name unless told.
    .document = Keep it as the next version of this document.

help-pds-get = Fetch a document from your store and open it. Its content is checked before the file has its name.
    .document = The first digits of its id (azukari pds list).
    .out = New file; in this folder under its title unless told.
    .version = This version; the newest unless told.
    .start = Only from this byte on.
    .length = Only so many bytes.

help-pds-list = List your documents, and how much room they take.

help-pds-versions = List all versions of a document.
    .document = The first digits of its id (azukari pds list).

help-pds-remove = Remove a document for good, with all its versions or one of them. An upload that was interrupted, too.
    .document = The first digits of its id (azukari pds list).
    .version = Only this version.

help-pds-grant = Let somebody read one document, in one version, until a time. They need an account at the bank and a key there.
    .document = The first digits of its id (azukari pds list).
    .to = The recipient: a file of their azukari wallet export-address --json, or the account of an office.
    .until = Until when: +7d, 2026-12-31, 2026-12-31T10:00.
    .version = This version; the newest unless told. Later ones are not granted.
    .elsewhere = The recipient has no account at this bank: reads with --elsewhere, at this bank's address.

help-pds-grants = List whom you let read what, and what others let you read.

help-pds-revoke = End a grant at once.
    .grant = The first digits of its id (azukari pds grants).

help-pds-log = List who read what of yours.

help-pds-receive = Fetch and open a document that somebody let you read. Its owner sees that you did.
    .grant = The first digits of its id (azukari pds grants).
    .out = New file; in this folder under its title unless told.
    .elsewhere = At a bank where you have no account: this wallet signs each call instead of logging in.

help-pds-import = Answer a survey from a file that you have elsewhere: every question, its source and its value are shown before anything is sent. A copy by azukari member export is put into your store.
    .file = CSV, JSON, FHIR (Patient, Observation, Bundle), a Google Takeout archive; or a copy by azukari member export copy.zip.
    .survey = The survey to answer.
    .kind = csv, json, fhir or takeout; by the file's content unless told.
    .row = Of a CSV file with several rows: which, from 1.
    .pairs = key=path: this question is answered by that part of the file; key= leaves it out.
    .given = key=value: answer this question yourself.
    .issuer = Address of whoever must have signed FILE, where it is a credential (azukari credential).

help-azukari-bank-rotate-release-key = Put a new release key in place of the present one. Start the bank again: it puts the key on the ledger and wraps all documents anew in the background; the former key is destroyed when nothing needs it.
    .data = Folder of the bank.
help-azukari-bank-release-key = Show the release key, and how far its replacement is.
    .data = Folder of the bank.
help-member-terms = The bank's terms: what changed, and to accept them.
help-member-terms-show = Show what new terms change, section by section, until when to accept them, and what follows. Every text is held to the ledger.
    .whole = The whole text.
help-member-terms-accept = Accept the present terms, after reading what they change.
help-operator-terms = New terms, and who agrees to them.
help-operator-terms-publish = Set new terms. Members have until then to accept; afterwards nothing new is done with the data of those who have not.
    .file = The whole text (UTF-8), whose sections begin with a number and a full stop; this program's own unless told.
    .until = Until when members may accept: 2027-01-31, 2027-01-31T09:00 or +30d.
    .statement = The sentence that who joins signs; the present one unless told.
    .text-language = Language of the text.
help-member-promotion = What companies show to members whose answers fit; your own wallet finds out which.
help-member-promotion-list = What fits your answers, and which of them. The list comes whole and is the same for everybody; your answers are opened here.
help-member-promotion-use = Buy the coupon that a promotion leads to, after reading who learns what by that.
    .promotion = Id of a promotion, its first digits, or its number in the list shown last. Left out: the only one.
help-member-promotion-mute = Show nothing of one company any more. Nobody is told.
    .company = Its name or a part of it, or its account.
help-member-promotion-unmute = Show what this company has again.
    .company = Its name or a part of it, or its account.
help-member-promotion-off = Show no promotions any more.
help-member-promotion-on = Show promotions that fit again.
help-partner-promotion = Show members whose answers fit a coupon of yours. You never learn whom.
help-partner-promotion-file = File a promotion: words, and for which answers. The operator approves it before anybody sees it.
    .file = JSON: words (a list of language, title and text; no links) and condition (item with one_of, or with low and high; all_of, any_of).
    .until = Until when it is shown: 2027-01-31, 2027-01-31T09:00 or +30d.
    .coupon = Coupon class of yours: its id, first digits, or number. Left out: the only one.
    .survey = Survey whose questions the condition names; else each names its own.
    .yes = Sign without asking.
help-partner-promotion-list = Your promotions, how they stand, and what was sold and used of their coupons by whomever.
help-partner-promotion-withdraw = Take a promotion back.
    .promotion = Id of a promotion, its first digits, or its number in the list shown last. Left out: the only one.
help-operator-promotion = What companies want to show to members.
help-operator-promotion-list = Every promotion, what it says, for which answers, and how it stands.
help-operator-promotion-approve = Let a promotion be shown.
    .promotion = Id of a promotion, its first digits, or its number in the list shown last. Left out: the only one that waits.
help-operator-promotion-refuse = Refuse a promotion, or take it down.
    .promotion = Id of a promotion, its first digits, or its number in the list shown last. Left out: the only one.
    .reason = The company reads it.
help-operator-terms-show = Show how many have accepted the present terms, and who has not.
help-notices = Show or choose how you are told of what awaits you: by e-mail, by webhook, or in your inbox alone.
    .email = Tell me at this address, once the code that is sent there came back.
    .code = The code that came to the address.
    .no-email = Tell me by e-mail no more, and forget my address.
    .kind = How a kind reaches me: KIND=inbox,email. May be repeated.
    .mail-language = Language of e-mails: ja or en.
help-webhook = Signed messages to an organization's own server (Standard Webhooks).
help-webhook-set = Send what awaits your organization from now on to an https address, signed.
    .url = Where to; not in a private network.
help-webhook-show = Show where messages go, what signatures are checked with, and what was not taken.
help-webhook-remove = Send no messages any more.
help-webhook-verify = Check a message that came in: is it the bank's, and of just now?
    .body = The body as it came in; from standard input if left out.
    .message-id = The header webhook-id.
    .timestamp = The header webhook-timestamp.
    .signature = The header webhook-signature.
    .key = The bank's key; asked of the bank if left out.

help-audit-export =
    Make your own copy of the chain, complete with one command: chain, deployment, and on demand the evidence of releases.
    Nothing of it is believed: `audit replay` judges the copy.
    .folder = Folder to write the copy into.
    .data = Data folder of a node or of your own follower of the ledger; it may run meanwhile.
    .ledger = Or the RPC address of a node; the genesis then comes from you.
    .genesis = With --ledger: the chain's genesis.json, as you got it from whoever you trust.
    .deployment = deployment.json; the bank's own word for it if not given.
    .evidence = Also what the bank hands auditors of every release, for `audit release`; needs an auditor's wallet.

help-audit-compare =
    Compare a copy of the chain with checkpoints that others signed, without executing anything.
    Exit code 0: it agrees with all. 1: history was rewritten, and witness and block are named. 2: the files cannot be used.
    .checkpoints = Signed checkpoints, or folders of them.

help-audit-watch =
    Watch the ledger as it grows: every new block is executed, and everything it recorded held against the rules.
    With --json one line for each look that had something. Ends at the first falsehood.
    Exit code 0: true up to the end (--once). 1: something is false, and block and rule are named. 4: the ledger does not answer (--once).
    .ledger = RPC address of a node of the ledger.
    .data = Your own folder: what was seen stays there, where the bank cannot reach it.
    .genesis = The chain's genesis.json; needed the first time.
    .deployment = deployment.json; the bank's own word for it if not given.
    .once = End once the newest block is reached.

help-shop-watch =
    Tell each coupon as it is redeemed here, at once, until you end it. With --json one line for each.
    .count = End after so many.

help-custodian-refuse = Say that you will not contribute to an opening, and why: whoever asked reads it. It binds you to nothing.
    .reason = Why. Whoever asked reads it, and the bank keeps it.

help-partner-drafts = List the requests you keep as drafts on this machine.

help-partner-file = File a request that you kept as a draft; the draft goes.
    .draft = Name of the draft.
    .discard = Throw the draft away instead.

help-partner-amend = Amend a request that the board has not decided: it is closed, its coins come back, and it is filed anew. What you leave out stays as it was.
    .items = Key of a question; may be repeated. All of them, if any is named.
    .purpose = What the data is for, in one sentence members can judge.
    .why = Why it is needed; members read it in the notice.
    .persons = At most this many people.
    .k = At least this many cannot be told apart.
    .l = At least this many different answers to a sensitive question among them.
    .t = Their answers may differ from everybody's by this many percent at most; 100 is no bound.
    .coins = Coins per person and release.
    .coins-per-item = Further coins per item.
    .until = End of the request: 2026-12-31, +90d.
    .keep = How long you keep the data: 365d.
    .purpose-code = The purpose by its DPV term, its name or its code (azukari partner catalogue).
    .legal-class = anonymized or statistical.

help-custodian-paper =
    Show your share in words, to be written down or printed: it is verified first.
    As many papers as the escrow asks for open it without bank or ledger: nobody can veto it, and nothing records it.
    .card = Write a page to print instead, in HTML.
    .document = Also write the escrow's public file, which the papers open.

help-custodian-answer-drill = Show that your share is at hand, without opening anything.
    .drill = The drill's file, as you were given it.
    .out = File to write: give it back to whoever asked.

help-escrow-open-papers = Open a document from its custodians' papers, read from standard input: a line of number and words for each. No bank is needed.
    .document = The escrow's public file (`custodian paper --document`).
    .out = File to write the document into.

help-escrow-drill = Ask the custodians of an escrow to show that their shares are at hand.
    .out = File to write: give it to the custodians.

help-escrow-check-drill =
    Check what custodians answered to a drill.
    Exit code 0: no answer is false; who did not answer is listed. 1: an answer proves nothing.
    .drill = The drill's file.
    .answers = The custodians' answers.
help-escrow-reshare =
    Ask the present custodians to deal the shares of your escrow anew: for whoever joins, without whoever leaves.
    The document stays sealed as it is, and nobody sees the secret. The old shares still fit together: to shut somebody out for good, entrust the document anew with `azukari escrow create --replaces`.
    .join = Name or address of a custodian who joins; may be repeated.
    .leave = Name or address of a custodian who leaves; may be repeated.
    .threshold = How many can open it from then on; as many as now if not given.
    .dealer = Who of the present custodians deals, as many as open the escrow; the first ones if not given.
    .out = File to write: give it to those who deal.

help-escrow-close-reshare = Check what the custodians dealt, and sign the policy that takes the old one's place when all have acknowledged.
    .round-file = The file of `azukari escrow reshare`.
    .deals = What the custodians dealt.

help-custodian-deal = Deal your share anew among an escrow's next custodians, by its owner's signed word.
    .round-file = The owner's file, as you were given it.
    .out = File to write: give it back to the owner.
help-member-register =
    Ask to become a member, where nobody gave you an invitation; run again, it says how that stands.
    .name = Your name, for the operator.
    .email = Where the bank may write what was decided.
    .why = Who you are to the bank, so that the operator can judge.

help-operator-registrations = List who asks to become a member.
    .decided = Also who was answered and has not joined.

help-operator-approve-registration = Let somebody join who asked for it.
    .account = The person's address, or its number in the list shown last. Left out: the only one who waits.

help-operator-refuse-registration = Refuse somebody who asked to join; the person is told the reason.
    .account = The person's address, or its number in the list shown last. Left out: the only one who waits.
    .reason = Why not.
help-recovery-status = Show who may give an account a new key, and how far that has come. No login is needed for another's account.
    .account = The account; your own if not given.

help-board-publish-key = Put the key that shares of the release key are sealed to on the ledger, under your own signature.

help-board-release-key = Show who can open answers, and how far a ceremony of the shared release key is.

help-board-deal-key = Deal your part of the release key that the board shares. Nobody, the bank included, ever has the whole key.

help-board-confirm-key = Check every deal and your own share, and confirm it. With the last confirmation the shared key stands.

help-board-openings = List what the board is asked to open: answers for a release, or for somebody's new key.

help-board-open = Contribute to an opening: with enough of the board its documents are opened, and nothing else.
    .opening = Id of the opening, or its first digits. Left out: the only one that waits for you.

help-operator-share-release-key = Have the board share the release key, so that no one person and no stolen file opens answers.
    .threshold = How many of those on the board now open answers together.
    .anew = Deal the shares of the standing key anew, to the board as it is now.
    .dealer = Account of a keeper who deals anew; as many as opened until now, each with this option.

help-operator-open-answers = Ask the board to open somebody's answers, to wrap them to that account's present key; send it again once the board has.
    .account = Account whose key was replaced.
    .opening-id = Id of the opening; the one that waits for this account, or a new one.

help-box = Your boxes of records: sealed here, found by what only you and those you let in can look for.

help-box-apps = List the apps that you may let into a box.

help-box-put = Keep a record in a box, or another state of it. It is sealed to you and to whom you let in.
    .box = Its name: small letters a to z, figures and hyphens.
    .record = Its name: small letters a to z, figures and hyphens. What you call it in your own words goes into a field.
    .field = NAME=VALUE; found by each of them.
    .json-file = JSON object of fields, instead of or besides --field.
    .label = A label; found by it.
    .link = OTHER, or REL=OTHER: another record of this box, and what it is to this one; found by it.
    .owner = Account of whose box it is, where it is not your own.
    .elsewhere = At a bank where you have no account: this wallet signs each call instead of logging in.

help-box-get = Show one record.
    .box = Name of the box.
    .record = Name of the record.
    .owner = Account of whose box it is, where it is not your own.
    .elsewhere = At a bank where you have no account: this wallet signs each call instead of logging in.

help-box-find = Find records by the exact value of fields, by labels or links; all of a box without any. A sealed store finds equal values only: no ranges, no parts of words.
    .box = Name of the box.
    .field = NAME=VALUE that it must have.
    .label = Label that it must have.
    .link = OTHER or REL=OTHER that it must link to.
    .owner = Account of whose box it is, where it is not your own.
    .elsewhere = At a bank where you have no account: this wallet signs each call instead of logging in.

help-box-remove = Remove a record for good.
    .box = Name of the box.
    .record = Name of the record.

help-box-grant = Let an app, or somebody of your family, into a box until a time; what is there already is sealed to them too.
    .box = Name of the box.
    .to = Id of an app (azukari box apps), or a person's file that `azukari wallet export-address --json` printed; the person may be of another bank, and reads with --elsewhere. With --for: me, into a box of whom the ledger lets you act for.
    .until = End: 2026-12-31, +7d.
    .write = May write as well.

help-box-revoke = Let somebody into a box no longer, at once.
    .box = Name of the box.
    .to = App's id, or the person's account.

help-box-grants = List whom you let in, and which boxes you are let into.

help-box-log = List what others did in your boxes.

help-operator-register-app = Register an app that members may let into their boxes.
    .app-id = Id of the app: small letters, digits, hyphens.
    .name = What members read.
    .identity = What the app's makers printed by `azukari wallet export-address --json`: the address that signs its calls, and its encryption key.

help-operator-replace-app-key = Give an app the keys that its makers have now. Where the encryption key is another, owners let it in again.
    .app-id = Id of the app.
    .identity = What the app's makers printed by `azukari wallet export-address --json`: the address that signs its calls, and its encryption key.

help-operator-remove-app = Remove an app, and let it out of every box.
    .app-id = Id of the app.

help-pds-pull = Fetch what another service keeps of you into a file, with your leave given there (OAuth 2.0, code with PKCE). Nothing else of it is kept.
    .resource = Address that is read.
    .issuer = The service's own name: the address under which it says where it is asked.
    .client-id = What the service knows this program by; it must allow http://127.0.0.1/callback on any port, or the one of --port.
    .out = File to write, for azukari pds import.
    .scope = What leave is asked for, as the service calls it.
    .port = Port on this machine that the browser comes back to; any free one unless told.
    .browser = Open a browser. Otherwise the address is only said.

help-credential = What a source signs of somebody, shown claim by claim (SD-JWT). No bank is needed.

help-credential-key = Write your public key into a file, for whoever issues you a credential.
    .out = New file.

help-credential-issue = As a source, sign what you know of somebody: each claim can be shown alone.
    .facts = JSON object of claims.
    .to = The holder's file, from `azukari credential key`.
    .kind = What kind of credential it is.
    .out = New file, for the holder.
    .until = End: 2026-12-31, +365d.
    .check = NAME<NUMBER or NAME>NUMBER: answered with yes or no as a claim of its own, so that the number need not be shown.

help-credential-fetch = Fetch a credential about you from a source that issues it (OpenID4VCI), with your leave given there. It is bound to this wallet.
    .source = Address of the source, as https://payroll.example
    .kind = Which of the credentials that it issues, by its id there.
    .client-id = Name under which the source's server knows this wallet.
    .out = File to write.
    .port = Port of this machine to which the browser comes back; 0 takes a free one.
    .browser = Open the browser.

help-credential-show = As the holder, show some claims to one verifier, and prove that you are the holder.
    .credential = The credential's file.
    .audience = Whom it is shown to.
    .nonce = What the verifier asked for, so that it is shown once.
    .out = New file, for the verifier.
    .claim = Name of a claim to show, each with this option.

help-credential-verify = Check what a credential says. Exit code 5 where it does not hold.
    .credential = The credential's file.
    .issuer = Address of whoever must have signed it.
    .audience = To whom it must have been shown by its holder; left out: it need not have been.
    .nonce = What was asked for.

help-partner-coupon-list = Your coupons: stock, sold, coins spent, given, used, left; held against the ledger's counts.
    .month = As 2026-11 (UTC); everything so far unless told.
    .file = Write them into this new CSV file too.
help-partner-policies = The spending policies (which the operator sets), and the coins that you hold under each; for partner send-coins --policy.
help-audit-statement = Make a partner's statement of a month from an exported chain alone, and hold the bank's against it. Exit code 1: the bank told other figures.
    .folder = Folder of the exported chain.
    .account = The partner's account.
    .month = As 2026-11 (UTC); this month unless told.
    .told = The bank's statement, as the partner got it (azukari partner statement --json).
    .deployment = The chain's deployment.json, if it does not lie beside it.
help-results-publications = What the Act on the Protection of Personal Information has the bank publish of each release of anonymized information: items and method of provision.
help-partner-notice = The written notice, from the record, that a release is anonymized information, and what the law forbids its recipient.
    .release = Id of a release, its first digits, or its number in the list shown last. Left out: the only one.
help-board-releases = List every release, until when its partner may keep it, and which deletions were not declared in time.
    .overdue = Only those whose deletion was not declared in time.

help-recovery-rewrap = With the new wallet: wrap documents and box records for it, by what a rotation left, or what guardians contributed to the recovery.
    .old = The old wallet, where it is still on this machine.
