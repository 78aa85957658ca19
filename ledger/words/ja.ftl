# 台帳のことば。英語はソースにあります。

# 使い方

title-arguments = 引数
title-options = オプション
title-commands = コマンド
title-default = [既定値 {"{}"}]
title-required = [必須]
title-example = 例
title-refused = 断りました
title-usage = 使い方
title-try = { $command } で使い方を見られます
title-in-english = (英語で){ $text }

usage-MissingParameter = { $name } が必要です
usage-BadParameter = { $name } の値が使えません
usage-NoSuchOption = { $name } というオプションはありません
usage-BadOptionUsage = { $name } には値が必要です
usage-UsageError = コマンド { $name } を読めません

help = 長持ちする Clique のチェーン。ふつうの Ethereum JSON-RPC で応え、だれでもはじめから再生できます。English: --language en。
help-shared = 共通
    .data = ノードのデータのフォルダー。
    .as-json = 文の代わりに JSON のオブジェクトをひとつ出します。
    .log-json = 記録を一行ひとつの JSON で書きます。
    .log-level = debug、info、warning、error のどれか。標準エラーへ。
    .call-seconds = 呼び出し、見積もり、追跡にかけてよい秒数。
    .help = この説明を出して終わります。
    .install-completion = いまのシェルに補完を入れます。
    .show-completion = いまのシェルの補完を表示します。
    .directory = 書き出したチェーンのフォルダー。
help-init = 始まり、署名者の鍵、空の保管庫を作ります。同じ内容なら繰り返しても変わりません。
    .genesis = そのまま使う、geth の形の genesis.json。
    .writer = 許可のコントラクトができるまで書いてよい口座。
    .permission-contract = コードができたら mayWrite(address) を尋ねるコントラクト。
    .period = ブロックのあいだの、いちばん短い秒数。
    .chain-id = チェーンの番号。
help-import-chain = よそのチェーンを、ブロックをすべて確かめながら取り込みます。繰り返しても、あるものは取り込みません。
    .genesis = そのチェーンの、geth の読む genesis.json。
    .chain-file = geth export の書く、RLP のブロックを連ねたファイル。
    .check-work = ethash の封も確かめます。三万ブロックごとに数分かかります。ほかはいつも確かめます。
help-serve = JSON-RPC に応え、ブロックに封をします。応答できるようになったら ready http://HOST:PORT と書きます。
    .host = 待ち受けるアドレス。このマシンの外に開くにはトークンが必要です。
    .port = ポート。0 なら空いているもの。
    .token-file = トークンのファイル。一行に read か write か admin とトークン。
help-export = チェーンを geth の読める形で書き出します。ノードが動いていてもできます。
    .out = genesis.json、chain.rlp、manifest.json を書くフォルダー。
    .parts = 途中の状態も書き、再生をいくつかに分けて同時にできるようにします。
help-status = 先頭のブロック、署名者、保管庫の中身を見ます。ノードが動いていてもできます。
help-reindex = ログの索引を捨て、チェーンから作り直します。そのあいだノードを動かさないでください。
help-follow = リーダーのノードのブロックを取り、すべて確かめ、読み取りに応え、チェックポイントの署名をします。先に init --genesis が必要です。
    .leader = リーダーのノードの RPC のアドレス。
    .host = 読み取りに応えるアドレス。
    .port = 読み取りに応えるポート。0 なら空いているもの。
    .peer = チェックポイントの署名を交わす、別のフォロワーの RPC のアドレス。
    .leader-token = リーダーのノードのトークンのファイル。
    .token-file = このノードを読む人たちのトークン。
help-checkpoint = いまのチェーンに署名します。ノードが動いていてもできます。
    .out = 書くファイル。ほかの人に渡してください。
    .block = ブロックの番号。なければ先頭。
    .key = 証人の秘密鍵(16 進)のファイル。
help-verify =
    データのフォルダーをすべて読んで確かめます。終了コード 0 は無事、3 は傷みがあり、その場所を一行ずつ書きます。

    ノードが動いていてもできます。何も変えません。
help-repair =
    保管庫を、無事なブロックと与えられた元から作り直します。どのブロックももう一度実行します。

    そのあいだノードを動かさないでください。傷んだ保管庫は隣に残します。終了コード 3 はまだ傷みがあることを示します。
    .source = フォロワーの RPC のアドレスか、書き出したフォルダー。
    .token = そのノードのトークンのファイル。
help-replay =
    書き出したチェーンをはじめから実行し直し、すべてを確かめ、ほかの人の見たものと比べます。

    終了コード 3 は、チェーンが正しくないか、ほかの人の見たものと違うことを示します。
    .checkpoint = だれかの手元にある署名つきチェックポイント、またはそのフォルダー。
    .follower = 比べる相手の、フォロワーの RPC のアドレス。
    .receipt = 会員の手元にある受領書(JSON)。
    .tsa-root = 書き出しに入ったタイムスタンプを認める、タイムスタンプ局のルート証明書。
help-anchor =
    先頭のチェックポイントに署名し、タイムスタンプ局に確かめてもらいます。export が持って行きます。

    ノードが動いていてもできます。二つのファイルをほかの人にも渡してください。運営者の手元にしかなければ証拠になりません。
    .tsa = RFC 3161 のタイムスタンプ局のアドレス。
    .tsa-root = タイムスタンプを確かめる、認証局のルート証明書。
help-prune =
    古い状態を省きます。昔の残高は尋ねられなくなります。ブロック、受領書、ログはすべて残ります。

    そのあいだノードを動かさないでください。チェーンを再生すれば、どの状態もまた得られます。
    .keep-states = 残す新しい状態の数。
    .keep-old = 元の保管庫を隣にまるごと残します。
help-audit = ほかの人の言うことを、手元にあるもので確かめます。
help-audit-compare = 書き出したチェーンを、ほかの人が署名したチェックポイントと比べます。終了コード 3 は、書き換えられたことを示します。
    .checkpoints = ほかの人の手元にある署名つきチェックポイント。
help-audit-proof = 口座の証明を、ノードなしに確かめます。証明は見出しに、見出しはその封に照らします。
    .answer = eth_getProof の答え(JSON)。
    .header = そのブロックの見出し。debug_getRawHeader の答え。
    .genesis = 署名者を挙げた、そのチェーンの始まり。
help-audit-referee = チェーンを別の実行系(EELS)でも実行し、状態のルートをすべて比べます。
    .python = ethereum-execution の入った環境の Python。

# blocks
sentence-are-missing = ありません
sentence-are-unknown-to-fork = { $fork } の規則にはありません
sentence-an-rlp-list-was-expected-but-the-first-byte-is-found = RLP のリストのはずですが、最初のバイトは { $found } です
sentence-an-epoch-block-casts-no-vote = 区切りのブロックは投票しません
sentence-block-number-is-past-prague-the-last-fork-this-ledger-knows = ブロック { $number } は、この台帳の知る最後の規則 Prague より後のものです
sentence-cannot-be-read-why = 読めません: { $why }
sentence-does-not-decode-why = 解読できません: { $why }
sentence-ends-here-but-the-manifest-says-count-blocks = ここで終わっていますが、目録では { $count } ブロックです
sentence-fits-signer-who-is-no-authorised-signer = { $signer } の封ですが、許された署名者ではありません
sentence-has-found-fields-but-fork-headers-have-expected = 項目が { $found } 個ありますが、{ $fork } の見出しは { $expected } 個です
sentence-is-longer-than-count-bytes = { $count } バイトを超えています
sentence-is-not-the-one-that-the-manifest-was-written-for = 目録の書かれたときのものではありません
sentence-is-too-short-to-hold-a-seal = 封が入るには短すぎます
sentence-is-found-but-block-number-is-expected = { $found } ですが、ブロック { $number } は { $expected } です
sentence-is-found-but-must-be-expected = { $found } ですが、{ $expected } でなければなりません
sentence-is-found-but-the-manifest-says-expected = { $found } ですが、目録では { $expected } です
sentence-must-be-a-list-of-header-transactions-and-uncles = 見出し、取引、アンクルのリストでなければなりません
sentence-must-be-zero = 0 でなければなりません
sentence-must-list-no-signers = 署名者を並べてはなりません
sentence-must-list-the-count-signers = { $count } 人の署名者を並べていなければなりません
sentence-proof-of-authority-has-no-uncles = PoA(権威による証明)にアンクルはありません
sentence-the-rlp-length-is-not-canonical = RLP の長さが決まった書き方ではありません
sentence-the-file-ends-count-bytes-too-early = ファイルが { $count } バイト足りません
sentence-found-are-more-than-most = { $found } 個あり、{ $most } 個を超えています
sentence-found-is-above-the-limit-of-limit = { $found } は上限 { $limit } を超えています
sentence-found-is-before-the-earliest-earliest = { $found } は、いちばん早い { $earliest } より前です
sentence-found-is-in-the-future-now-now = { $found } はまだ来ていません(いまは { $now })
sentence-found-is-neither-1-nor-2 = { $found } は 1 でも 2 でもありません
sentence-found-is-no-vote = { $found } は票ではありません
sentence-found-is-not-after-the-parent-s-parent = { $found } は、前のブロックの { $parent } より後ではありません
sentence-found-but-this-signer-s-turn-gives-expected = { $found } ですが、この署名者の番では { $expected } です
sentence-signer-sealed-block-number-and-must-wait = { $signer } はブロック { $number } に封をしたので、待たなければなりません

# the genesis
sentence-a-fork-by-time-needs-terminaltotaldifficulty = 時刻による規則の変更には terminalTotalDifficulty が必要です
sentence-a-slot-is-longer-than-count-bytes = スロットが { $count } バイトを超えています
sentence-forks-must-be-scheduled-in-their-historical-order = 規則の変更は、歴史の順に並んでいなければなりません
sentence-is-missing = ありません
sentence-is-not-json-why = JSON ではありません({ $why })
sentence-must-be-0x-prefixed-hex = 0x で始まる 16 進でなければなりません
sentence-must-be-a-json-object = JSON のオブジェクトでなければなりません
sentence-must-name-the-number-of-blocks = ブロックの数を示さなければなりません
sentence-must-be-a-number = 数でなければなりません
sentence-must-be-a-number-of-seconds = 秒数でなければなりません
sentence-must-be-a-positive-number = 正の数でなければなりません
sentence-must-be-a-positive-number-of-blocks = 正のブロック数でなければなりません
sentence-must-be-an-object = オブジェクトでなければなりません
sentence-must-hold-32-bytes-the-signers-addresses-at-least-one-and-65-bytes = 32 バイト、一つ以上の署名者のアドレス、65 バイトでなければなりません
sentence-must-map-addresses-to-accounts = アドレスから口座への表でなければなりません
sentence-names-the-what-with-hash-hash-twice = ハッシュ { $hash } のもの({ $what })が二度あります
sentence-found-is-not-a-number = { $found } は数ではありません
sentence-found-is-not-an-address = { $found } はアドレスではありません

# what others saw
sentence-the-chain-ends-before-this-block = チェーンがこのブロックの前で終わっています
sentence-the-chain-id-is-found = チェーンの番号は { $found } です
sentence-the-chain-id-was-found = チェーンの番号は { $found } でした
sentence-the-genesis-was-found = 始まりは { $found } でした
sentence-the-transaction-is-not-in-this-block = 取引がこのブロックにありません
sentence-was-seen-and-is-found = { $seen } でしたが、いまは { $found } です
sentence-was-seen-and-is-found-history-was-rewritten-after-block-number = { $seen } でしたが、いまは { $found } です。ブロック { $number } の後が書き換えられています
sentence-witness-did-not-sign-this-checkpoint-of-block-number = ブロック { $number } のこのチェックポイントに署名したのは { $witness } ではありません
sentence-there-is-no-file-file = { $file } というファイルはありません
sentence-file-is-no-text = { $file } は文字のファイルではありません
sentence-file-cannot-be-read-why = { $file } を読めません(英語で { $why })
sentence-file-is-no-checkpoint-why = { $file } は使えるチェックポイントではありません。{ $why }
sentence-file-holds-no-receipt-why = { $file } に受領の記録がありません(英語で { $why })
sentence-file-holds-no-certificate-in-pem-or-der = { $file } に PEM か DER の証明書がありません
sentence-the-checkpoint-s-text-is-not-in-its-one-form = チェックポイントの文面が、決まった書き方ではありません
sentence-expected-a-json-object-with-checkpoint-witness-and-signature = checkpoint、witness、signature のある JSON のオブジェクトが必要です
sentence-the-signature-must-be-65-bytes-ending-in-27-or-28 = 署名は 27 か 28 で終わる 65 バイトでなければなりません
sentence-the-signature-does-not-hold = 署名が成り立ちません
sentence-expected-checkpoint-witness-signature-and-header = checkpoint、witness、signature、header が必要です
sentence-witness-speaks-of-another-chain = { $witness } の見たのは別のチェーンです
sentence-the-header-is-malformed-why = ヘッダーが壊れています(英語で { $why })
sentence-the-header-is-not-the-one-that-witness-signed-for = ヘッダーは { $witness } が署名したものではありません
sentence-the-header-is-sealed-by-signer-who-is-no-signer-of-this-chain = ヘッダーに封をした { $signer } は、このチェーンの署名者ではありません
sentence-only-a-clique-chain-s-headers-carry-a-seal-that-can-be-checked = 封を確かめられるのは Clique のチェーンのヘッダーだけです
sentence-a-receipt-needs-blocknumber-blockhash-and-transactionhash = 受領の記録には blockNumber、blockHash、transactionHash が必要です
sentence-url-must-be-an-http-or-https-address = { $url } は http か https のアドレスでなければなりません
sentence-name-gave-a-malformed-header-of-block-number = { $name } の示したブロック { $number } のヘッダーが壊れています
sentence-no-root-certificate-of-an-authority-was-named = 時刻認証局のルート証明書がありません
sentence-the-stamp-over-block-number-does-not-hold-why = ブロック { $number } のタイムスタンプが成り立ちません(英語で { $why })
sentence-this-is-no-time-stamp-why = タイムスタンプではありません(英語で { $why })
sentence-the-stamp-is-not-over-the-checkpoint-of-block-number = ブロック { $number } のチェックポイントのタイムスタンプではありません

# verify
hint-put-back = { $files } は、お手元の写しから戻してください。チェーンには入っていないので、repair でも作り直せません
sentence-path-was-written-in-a-format-that-this-version-does-not-know = { $path } は、この版の知らない形式で書かれています
sentence-path-already-holds-a-chain-with-another-genesis = { $path } には、始まりの違うチェーンがもう入っています
sentence-path-holds-no-chain-run-azukari-ledger-init-first = { $path } にチェーンがありません。先に azukari-ledger init を実行してください
sentence-meta-genesis = 始まりの控え
sentence-is-not-what-genesis-json-says = genesis.json と違います
sentence-is-not-the-genesis-s = 始まりのものではありません
sentence-begins-with-another-header = 別の見出しで始まっています
sentence-is-not-the-body-that-the-header-commits-to = 見出しが約束している本体ではありません
sentence-are-not-those-who-signed = 署名した人たちではありません
sentence-does-not-lead-to-transaction-index-of-block-number = ブロック { $number } の取引 { $index } に行き着きません
sentence-meta-clique = 署名者の控え
sentence-is-not-what-the-headers-lead-to = 見出しをたどった結果と違います
sentence-holds-nothing = 何も入っていません
sentence-are-not-the-ones-that-the-header-commits-to = 見出しが約束しているものではありません
sentence-does-not-follow-block-number = ブロック { $number } に続きません
sentence-does-not-lead-to-block-number = ブロック { $number } に行き着きません
sentence-holds-found-entries-but-the-chain-has-expected = { $found } 件ありますが、チェーンには { $expected } 件あるはずです
sentence-path-is-readable-by-others-run-chmod-600-on-it = { $path } をほかの人も読めます。chmod 600 を実行してください
sentence-path-does-not-belong-to-the-address-in-name = { $path } は、{ $name } にあるアドレスの鍵ではありません
sentence-a-repair-of-path-was-interrupted-run-azukari-ledger-repair-again = { $path } の修復が途中で止まっています。azukari-ledger repair をもう一度実行してください
sentence-path-holds-no-ledger-run-azukari-ledger-init-first = { $path } に台帳がありません。先に azukari-ledger init を実行してください
sentence-path-already-holds-a-ledger-with-another-genesis = { $path } には、始まりの違う台帳がもう入っています
sentence-path-does-not-hold-a-private-key-in-hex = { $path } に 16 進の秘密鍵がありません
sentence-path-is-not-text = { $path } は文字のファイルではありません
sentence-is-not-in-the-one-form-it-is-written-in = 書かれるはずのただ一つの形になっていません
sentence-the-store-moved-on-from-transaction-to-now-verify-again = 保管庫が { $transaction } から { $now } へ進みました。もう一度 verify を実行してください
sentence-is-not-the-stamp-that-it-is-named-for = 名前どおりのタイムスタンプではありません
sentence-is-missing-although-its-address-is-there = アドレスはあるのに、鍵がありません
sentence-why-in-bytes-that-no-record-uses = { $why }(どの記録も使っていないところ)
sentence-neither-meta-page-of-data-mdb-can-be-read = data.mdb の管理ページが二つとも読めません
sentence-pages-of-count-bytes-do-not-exist = { $count } バイトのページはありえません
sentence-its-number-kind-magic-or-version-is-another = 番号、種類、目印、版のどれかが違います
sentence-path-has-size-bytes-too-few-for-a-store = { $path } は { $size } バイトで、保管庫には短すぎます
sentence-carries-transaction-transaction-which-belongs-on-the-other-meta-page = 書き込みの番号 { $transaction } は、もう一方の管理ページのものです
sentence-the-metas-carry-transactions-first-and-second-not-two-in-a-row = 二つの管理ページの番号が { $first } と { $second } で、続いていません
sentence-is-no-meta-page-why = 管理ページではありません({ $why })
sentence-is-not-as-it-was-when-the-store-was-closed = 保管庫を閉じたときと違います
sentence-name-is-not-as-it-was-written = { $name } は書かれたときと違います
sentence-begins-where-before-pages-were-and-now-are = { $before } ページあったはずが { $now } ページです
sentence-says-the-last-page-is-last-but-the-file-ends-before-it = 最後のページは { $last } とありますが、ファイルはその前で終わっています
sentence-says-the-map-has-count-bytes = 割り当ては { $count } バイトとあります
sentence-carries-flags-free-and-main = 印が { $free } と { $main } です
sentence-page-number-is-used-but-does-not-exist = 使われているページ { $number } がありません
sentence-lies-behind-the-end-of-the-file = ファイルの終わりより後ろです
sentence-is-used-twice = 二重に使われています
sentence-a-list-of-count-free-pages-is-longer-than-its-entry = 空きページ { $count } 個の一覧が、その記録に収まりません
sentence-is-said-to-lead-to-recorded-of-table-but-there-are-tally = { $table } は { $recorded } あるとされていますが、{ $tally } です
sentence-of-table-says-it-is-page-own-of-kind-flags-not-number-of-expected = { $table }: 種類 { $flags } のページ { $own } とありますが、種類 { $expected } のページ { $number } のはずです
sentence-of-table-says-it-is-page-own-of-kind-flags-and-the-first-of-count-not-first-of-kind-and-the-first-of-pages = { $table }: 種類 { $flags } のページ { $own } から { $count } ページとありますが、種類 { $kind } のページ { $first } から { $pages } ページのはずです
sentence-of-table-has-room-from-lower-to-upper = { $table }: 空きが { $lower } から { $upper } までとなっています
sentence-of-table-its-entries-take-used-bytes-not-expected = { $table }: 記録が { $used } バイトで、{ $expected } バイトと合いません
sentence-of-table-an-entry-points-to-page-first-which-does-not-exist = { $table }: 記録の指すページ { $first } がありません
sentence-of-table-a-page-within-the-page-is-cut-off = { $table }: ページの中のページが途中で切れています
sentence-of-table-a-page-within-the-page-has-kind-flags = { $table }: ページの中のページの種類が { $flags } です
sentence-of-table-the-values-of-a-key-are-out-of-order = { $table }: 一つの鍵の値が順に並んでいません
sentence-of-table-holds-count-values-of-entry-bytes-bytes = { $table }: { $entry_bytes } バイトの値が { $count } 個あるとされています
sentence-does-not-name-the-table-name = 表 { $name } の名前がありません
sentence-names-a-table-name-with-flags-flags = 印 { $flags } の表 { $name } があります
sentence-belongs-to-no-table-and-is-not-free-either = どの表のものでもなく、空きでもありません
sentence-is-said-to-be-the-root-of-levels-levels = { $levels } 段の根とされています
sentence-of-table-entry-index-points-to-at = { $table }: 記録 { $index } が { $at } を指しています
sentence-of-table-entry-index-does-not-fit = { $table }: 記録 { $index } が収まりません
sentence-of-table-value-index-is-out-of-order = { $table }: 値 { $index } が順に並んでいません
sentence-of-table-the-key-of-entry-index-is-out-of-order = { $table }: 記録 { $index } の鍵が順に並んでいません
sentence-of-table-an-entry-has-flags-flags = { $table }: 記録の印が { $flags } です
sentence-the-transaction-at-byte-position-is-not-as-it-was-written = { $position } バイト目の取引が、書かれたときと違います
sentence-the-record-is-missing = 記録がありません
sentence-the-stored-bytes-do-not-fit-their-checksum = 保管されたバイトが検査値と合いません
sentence-the-stored-bytes-hash-to-found = 保管されたバイトのハッシュは { $found } です
sentence-the-stored-bytes-are-no-node-why = 保管されたバイトは木の節になりません({ $why })
sentence-table-of-block-number = ブロック { $number } の { $table }
sentence-where-run-azukari-ledger-verify-then-azukari-ledger-repair = { $where }。azukari-ledger verify、次に azukari-ledger repair を実行してください
sentence-path-why = { $path }: { $why }
sentence-path-is-in-use-by-another-ledger-process = { $path } は、ほかの台帳のプロセスが使っています
