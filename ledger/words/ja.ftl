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
