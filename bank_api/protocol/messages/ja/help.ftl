# コマンドの説明。id はコマンドの道すじ、属性は引数とオプションの名前です。

help-azukari = だれでも確かめられる情報銀行、預かり。あなたの鍵はこの端末を出ません。
    .exit-codes = 終了コード: 0 できた、1 断られた・正しくない、2 入力が使えない、3 ウォレット、4 情報銀行に届かない、5 証拠が合わない、6 「できた」と言われたが台帳にない。
help-example = 例: { $command }
help-usage = 使い方: { $usage }
help-arguments = 引数
help-options = オプション
help-common-options = 共通のオプション
help-commands = コマンド
help-required = 必須
help-default = 既定値 { $value }
help-variable = 環境変数 { $name }
help-try = { $command } で使い方を見られます

help-shared = 共通
    .data = 情報銀行のフォルダー。SQL の表、保管庫、鍵。
    .ledger-url = 台帳の JSON-RPC のアドレス。複数のノードはコンマで区切る。なければ http://127.0.0.1:8545。
    .ledger-token-file = 台帳のノードが求めるトークンのファイル。
    .operator-key-file = 運営者の秘密鍵(0x のついた 16 進)のファイル。
    .wallet = 使うウォレットの名前。
    .bank = 情報銀行のアドレス。
    .home = ウォレットのフォルダー。
    .passphrase-file = パスフレーズのファイル。なければ AZUKARI_PASSPHRASE、それもなければ聞きます。
    .language = ja か en。なければ LANG から。
    .for-account = 代わりに行う口座。このウォレットに任されているとき(azukari member delegations)。
    .as-json = 標準出力に JSON の値をひとつだけ出します。
    .find = この文字が見える行だけを示します。
    .series = 定期アンケートの、終わっていないすべての回について同じことをします。
    .page = 一覧の何ページ目か。一ページは --limit 行、なければ 50 行。
    .limit = 何行まで示すか。--page もなければ、すべて。
    .yes = 先に承知しておきます。端末にだれもいないときに必要です。
    .help = この説明を出して終わります。
    .version = 版を出して終わります。
    .install-completion = いまのシェルに補完を入れます。
    .show-completion = いまのシェルの補完を表示します。写したり変えたりできます。
    .name = ウォレットの名前。なければ --wallet。
    .kdf = 鍵の導き方: scrypt、scrypt-light、pbkdf2。
    .request = 依頼の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。
    .consent = 同意の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。
    .survey = アンケートの ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。
    .release = 提供の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。
    .coupon-class = クーポンの ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。
    .escrow = 預託の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。
    .opening = 開封の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。
    .account = 口座のアドレス、または最後に見た一覧での番号。
    .encryption-key = X25519 の公開鍵。0x と 16 進。
    .identity = `azukari wallet export-address --json` の出力。
    .folder = genesis.json と chain.rlp のフォルダー。`azukari-ledger export` が書いたもの。
    .deployment = deployment.json。なければフォルダーの中のもの。

help-bank = 情報銀行の名前、チェーン、コントラクト、規約を見ます。ウォレットは必要ありません。

help-wallet = この端末にあるウォレット。

help-wallet-new = 新しい鍵でウォレットを作ります。

help-wallet-list = ウォレットの一覧です。パスフレーズは必要ありません。

help-wallet-show = ウォレットをひとつ見ます。パスフレーズは必要ありません。

help-wallet-import = ほかのウォレットの鍵を引き継ぎます。秘密鍵を引数に書くことはありません。
    .keyfile = ほかの Ethereum ウォレットの V3 鍵ファイル。
    .private-key-file = 秘密鍵が 16 進で書かれたファイル。
    .old-passphrase-file = --keyfile のパスフレーズのファイル。なければ聞きます。

help-wallet-export-address = アドレスと暗号鍵を出します。情報銀行への登録に要るのはこれだけです。

help-member = 会員のすること: 入会、回答、同意、コインの利用、通帳。

help-member-requests = だれが、何のために、何コインで、あなたのデータを求めているかの一覧です。
    .request = この依頼の説明文を見ます。

help-member-consent = 説明文を読み、依頼のすべての項目に同意します(提供では項目をまとめて使います)。
    .until = 早く終わらせる: 2026-12-31、+30d。
    .uses = 何回の提供まで使えるか。
    .beyond = この会社に認める範囲を超えていても同意します。

help-member-refuse = 依頼を断ります。前に与えた同意も終わります。

help-member-withdraw = 同意を撤回します。これからの提供にあなたの回答は入りません。

help-member-consents = あなたの同意と、その後の一覧です。

help-member-coupons = お手持ちのクーポンと、販売中のクーポンの一覧です。

help-member-buy = コインでクーポンを買います。
    .count = 何枚。

help-member-draws = 抽選の一覧、またはひとつの抽選: 何が当たるか、誰が秘密を持つか、誰が当たったか。
    .draw = 抽選の ID、そのはじめの数文字、または最後に見た一覧での番号。

help-member-enter = コインで抽選に応募します。当選者はだれにも選べません。
    .draw = 抽選の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、応募できるただひとつ。

help-member-refund-draw = 抽選人がかけらを示さないとき、応募した全員にコインを戻します。
    .draw = 抽選の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。

help-member-redeem = 店でクーポンを使います。レジが示したことばに署名します。店にあなたがだれかは伝わりません。
    .redemption = 店の QR コードの内容。

help-member-send-coins = ほかの会員など、この銀行に口座をもつ相手にコインを送ります。
    .receiver = 相手のアドレス(azukari wallet show)。
    .coins = コインの数。
    .policy = 使い道の決まりの番号か、その初めの桁。コインはその発行者だけで使えます。

help-member-send-coupons = ほかの会員にクーポンを送ります。
    .receiver = 相手のアドレス(azukari wallet show)。
    .count = 枚数。

help-member-pay = 店にコインで支払います。
    .payment = 店の QR コードの内容。

help-member-join = 規約を読み、署名して会員になります。
    .registered = 招待なしに、承認された申し込みで入会します。
    .invitation = 受け取った招待コード。なければ聞きます。
    .store = 文書の置き場所: 情報銀行が用意した場所の名前、またはあなたのサーバーの URL。なければ情報銀行。
    .kind = あなたのサーバーの種類: solid か personium。
    .account = Personium のセル: 書き込めるアカウント(権限 root)。
    .password-file = そのアカウントのパスワードを書いたファイル。情報銀行が書き込みのために保管します。

help-member-surveys = アンケートの一覧、またはひとつの質問を見ます。
    .survey = このアンケートの質問を見ます。
    .every = 定期アンケートの、次の回より後の回も。
    .unanswered = 受付中で、あなたがまだ答えていないものだけ。

help-member-answer = アンケートに答えます。ひとつずつ聞くか、ファイルから読みます。回答はこの端末を出る前に封をされます。
    .values = JSON ファイル: 質問の名前と整数。
    .pairs = 名前=値。くり返せます。
    .draft = ここまでの回答を自分の鍵で封じてこの端末だけに保存し、送りません。次の answer はそこから続きます。
    .discard = 書きかけの回答を捨てる。

help-member-passbook = 通帳を見ます: すべてのコイン、同意、データの提供。

help-member-drafts = 書きかけの回答の一覧です。この端末だけにあります。

help-member-answers = いま有効な自分の回答を、ここで開いて表示します。自分で入力していない値には、誰が署名したかを添えます。
    .survey = 一覧の番号、または ID の先頭。省けばすべて。

help-member-correct = 自分の回答を訂正します。締め切り後でもできます。これからは新しい回答が使われ、コインは動きません。
    .values = JSON ファイル: 質問のキーと整数。
    .pairs = キー=値。挙げないものはそのまま、「キー=」なら答えません。何度でも指定できます。

help-member-preferences = 会社ごとに認める範囲の一覧です。

help-member-prefer = 一つの会社に認める範囲を、署名して定めます。包括ルールも自分の同意もこれに従います。
    .partner = 一覧(azukari member preferences)の番号、名前またはその一部、またはアドレス。
    .form = anonymized または statistical。何度でも指定できます。省けば両方。
    .item = 認める質問のキー。何度でも指定できます。省けばすべて。
    .nothing = 一切認めない。
    .everything = 何でも依頼してよい(何も定めていないときと同じ)。

help-member-releases = あなたの回答が入った提供の一覧です。
    .check = それぞれの自分の行を確かめます: 台帳の値の下にあり、自分の答えと合い、同じ行が k 行あること。

help-member-export = 預けたものすべての写しを取ります。あなたの鍵で開き、台帳の記録と照らして確かめます。
    .folder = 写しを入れる新しいフォルダー。名前が .zip で終われば一つのファイルになり、ほかの銀行で azukari pds import に使えます。

help-partner = 提供先の会社のすること。

help-partner-publish-key = あなたへの提供に封をする暗号鍵を、あなたの署名で台帳にのせます。

help-partner-request = アンケートの項目の提供を依頼します。要るコインは取り置かれ、審査会が判断します。
    .items = 質問の名前。くり返せます。
    .purpose = 何のためのデータか。会員が判断できる一文で。
    .why = なぜ要るか。会員は説明文で読みます。
    .persons = 人数の上限。
    .k = 少なくともこの人数が区別できないこと。
    .l = 要配慮の質問について、その中に少なくともこの数の違う答えがあること。
    .t = その答えの割合が全体と違ってよい上限(パーセント)。100 は上限なし。
    .coins = 1 人、1 回の提供あたりのコイン。
    .coins-per-item = 項目ごとに加えるコイン。
    .until = 依頼の期限: 2026-12-31、+90d。
    .keep = データを保存する期間: 365d。
    .purpose-code = 目的。DPV の語、名前、またはコードで (azukari partner catalogue)。
    .legal-class = 出力の区分: anonymized(誰の行か区別できない匿名加工情報)か statistical(誤差つきの統計情報)。
    .open-to-all = 結果(統計情報)をだれにでも公開します。目的の最後にそのことばが入り、審査会と会員はそれに署名します。
    .synthetic = 架空の行(統計情報)を求めます。雑音を加えた人数をもとに作り、どの行もだれのものでもありません。目的がそう告げる言葉で終わり、審査会と会員が署名します。
    .draft = 出さずに、この名前でこの端末に封をして残します。あとで `partner file` で出します。

help-partner-requests = あなたの依頼と、同意の数の一覧です。

help-partner-catalogue = 依頼できるものの一覧: 各アンケートの質問、目的の名前、分類ごとの会社。

help-partner-releases = あなたへの提供の一覧です。

help-partner-receive = 提供を受け取って開き、すべての行を台帳のルートと照らし、CSV、JSON、Parquet に書き、受領を記録します。
    .out = 書き出すファイル。CSV、または名前によって JSON か Parquet(.json、.parquet)。何度でも指定できます。途中で切れた分は横に残り(.part)、同じコマンドで続きから受け取ります。
    .ledger = 記録されたルートをこの台帳のノードにも尋ねます。
    .ledger-token-file = ノードの通行証のファイル。
    .acknowledge = 届いたことに署名します。
    .dictionary = 各列の意味と作り方を、ファイルを挙げたデータパッケージ(JSON)として、日本語と英語で書き出します。
    .payload-out = 開いた中身も書き出します。監査人に渡すものです。
    .notice-out = 匿名加工情報の提供先への、法律の求める通知書を日本語と英語で書き出します。

help-partner-close = 依頼を期限より前に終わらせます。確保中のコインが戻り、この依頼の提供はもう作られません。

help-partner-attest-deletion = 提供されたデータとその写しをすべて削除したと、台帳に宣言します。保存できる期限は提供の一覧にあります。
    .evidence = 廃棄証明書など、削除を示すファイル。伝わるのはそのハッシュだけです。

help-partner-summary = コイン、取り置き、提供、クーポンの利用を見ます。

help-partner-coupon = 会員がコインで買うクーポン。

help-partner-coupon-publish = クーポンの販売を始めます。
    .title = 何に使えるクーポンか。
    .price = 値段(コイン)。
    .stock = 枚数。
    .description = 買う人が知るべきこと。
    .opens = 販売の始まり。
    .closes = 販売の終わり。
    .redeem-until = 店で使える期限。
    .premium = この依頼の提供に入った会員だけが買えます(番号のはじめの数文字)。

help-shop = 店のレジのすること。

help-shop-offer = クーポンを 1 枚受け付けます。会員が QR コードを読み、署名します。会員がだれかは伝わりません。

help-shop-ask-coins = コインの支払いを求める QR コードを見せます。会員は azukari member pay で支払います。
    .coins = コインの数。

help-shop-redemptions = この店で受け付けたものと、使われたものの一覧です。

help-board = データ倫理審査会のすること。

help-board-draws = 抽選の一覧、またはひとつの抽選。
    .draw = 抽選の ID、そのはじめの数文字、または最後に見た一覧での番号。

help-board-bind-draw = 抽選人として、ほかの抽選人ひとりひとりと分け持つ秘密のかけらを約束します。
    .draw = 抽選の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。

help-board-show-draw = 抽選人として、応募が終わったあとにかけらを示します。どのかけらもふたりが持ち、どちらかひとりで足ります。
    .draw = 抽選の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。

help-board-requests = 提供先からの依頼の一覧、またはひとつを詳しく見ます。
    .request = これを詳しく見ます。

help-board-approve = 依頼を承認します。会員に聞けるようになります。
    .note = 理由。判断とともに公開されます。
    .out = 審査会に席がいくつもあるときに、ほかの人に渡すファイル。過半数が署名するまで何も送られません。

help-board-refuse = 依頼を承認しません。だれにも聞かれず、取り置いたコインは戻ります。
    .note = 理由。判断とともに公開されます。
    .out = 審査会に席がいくつもあるときに、ほかの人に渡すファイル。過半数が署名するまで何も送られません。

help-board-revoke = 依頼の承認を取り消します。元には戻せません。これからはだれも同意できず、何も提供されません。すでにした提供と、その削除の義務は残ります。
    .because = 理由。提供先と、同意した会員に知らされます。
    .out = 審査会に席がいくつもあるときに、ほかの人に渡すファイル。続きは approve-decision と carry-decision です。

help-results = だれにでも公開された統計の結果。ウォレットもログインも要りません。

help-results-list = 公開された結果の一覧です。

help-results-show = ひとつの結果の数値です。台帳にあるルートと一つずつ照らし合わせます。
    .result = 結果の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、ただひとつのもの。

help-board-approve-decision = 審査会のほかの人が提案した判断に署名します。一件の依頼でも、定期アンケート全回の依頼でもかまいません。依頼が示され、そのことばと突き合わせられます。
    .file = 前の人から受け取った判断のファイル。
    .out = あなたの承認を加えた新しいファイル。

help-board-carry-decision = 審査会の過半数が署名した判断を送ります。定期アンケートでは、台帳にまだないものを送ります。途中で止まったら、もう一度実行してください。
    .file = 承認のそろった判断のファイル。

help-operator = 情報銀行の運営者のすること。

help-operator-invite = 人を招待します。一行ごとに一人分のコードができます。失敗のあとで送り直すときは、--out のファイルを渡してください。
    .names = name、email、code の列がある CSV(あとの二つはなくてもよい)。
    .out = コードを書く新しい CSV ファイル。送る前に書かれます。

help-operator-enroll = 提供先、店、審査員、保管人、監査人、運営者を登録します。
    .role = partner、shop、board、custodian、auditor、operator のどれか。
    .name = 登録名。会員が読みます。
    .account = アドレス。または --from。
    .parent = 店の会社。

help-operator-top-up = 公開したアンケートの残りの予算にコインを足します。
    .survey = アンケートの ID、そのはじめの数文字、または最後に見た一覧での番号。
    .coins = 足すコインの数。
    .top-up-id = 0x と 16 進 64 桁。安全にやり直すための番号です。同じ番号では一度しか足されません。

help-operator-sell-coins = 提供先にコインを売ります。
    .partner = 口座のアドレス。
    .coins = 何コイン。
    .invoice = 請求番号。0x と 16 進 64 桁。同じ番号では一度しか売れません。

help-operator-release = 有効な同意から提供を作ります: 匿名加工、検証、記録、支払い、引き渡し。
    .request = 承認された依頼の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。
    .k = 依頼の求めより大きい k。
    .suppression-limit = 除外してよい行の割合。
    .epsilon = 統計情報の依頼: 一人ひとりのプライバシー予算から使う量(ふつうは 1)。大きいほど正確です。
    .crossed = 統計情報の依頼: 掛け合わせる二つの質問。例 age,vote。何度でも指定できます。
    .rows = 架空の行の依頼で、作る行の数。なければ人数と同じ。
    .come-and-go = 連作の最初の提供で、伝え方を選びます。ふつうは固定グループの方式です(--come-and-go)。休んでは戻る人が多くても、除かれる人は少数です。回答はより大きな組でまとめ、組の中の行へくじで配ります。--seats は席の方式です。回答は近い少人数ごとですが、除かれる人がずっと多くなります。連作の終わりまで続くので、あとでは省きます。
    .release-id = 0x と 16 進 64 桁。安全に送り直すために。
    .dry-run = いま提供したとするとどうなるかだけを見ます。何も残さず、送らず、記録も支払いもしません。

help-operator-requests = すべての依頼の一覧です。

help-operator-open-draw = 抽選を開きます。秘密は審査員たちが分けて持ち、全員が約束すると応募が始まります。
    .title = 抽選の名前。
    .prize = 賞品。
    .price = 応募に必要なコイン。
    .entries = 応募の上限。
    .drawer = 抽選人になる審査員の口座。三人から八人まで、ひとりにつき一度ずつ。
    .prizes = 当選の数。
    .opens = 応募の始まり。
    .closes = 応募の終わり。
    .refunds-after = 抽選人がかけらを示すまで待つ長さ。過ぎると、求めに応じてコインが戻ります: 14d。

help-operator-draws = 抽選の一覧、またはひとつの抽選。
    .draw = 抽選の ID、そのはじめの数文字、または最後に見た一覧での番号。

help-operator-refund-draw = 抽選人がかけらを示さないとき、応募した全員にコインを戻します。
    .draw = 抽選の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、当てはまるただひとつ。

help-operator-summary = 帳簿を見ます: 会員、回答、同意、提供、コイン、クーポン、預託。

help-operator-health = 銀行の調子を見ます: 台帳、索引、要求、ディスク、文書の置き場所、知らせと、することを示します。

help-operator-survey = アンケート。

help-operator-survey-publish = ファイルのアンケートを公開します。survey_id がなければ新しく作り、表示します。
    .file = JSON ファイル: title、description、questions、base_coins、budget_coins、opens_at、closes_at。

help-operator-survey-series = 毎週・毎月などの定期アンケートをまとめて公開します。各回は時刻が来れば自動で始まります。もう一度実行すると、足りない回だけ公開します。
    .file = アンケート(JSON)に "series" を加えたもの。every に間隔("week"、"month"、"14d" など)、waves に回数、または until に日付。opens_at と closes_at は初回のもの。

help-operator-survey-close = アンケートを期限の前に締め切ります。

help-custodian = 保管人(後見人、弁護士、同僚)のすること。

help-custodian-publish-key = 分け鍵などがあなたに向けて封をされる暗号鍵を、あなたの署名で台帳にのせます。

help-custodian-shares = 分け鍵を預かっている預託の一覧です。

help-custodian-acknowledge = 分け鍵を開き、公開された値と所有者の方針に照らして確かめ、預かったことに署名します。

help-custodian-contribute = 開封に分け鍵で協力します。先に確かめ、求めた人あてに封をします。

help-escrow = 鍵を保管人に分けて預けた文書。

help-escrow-custodians = 選べる保管人の一覧です。

help-escrow-create = 文書に封をし、鍵を分けて保管人に配ります。全員が確かめると有効になります。
    .heir = あなたと保管人のほかに、遺言のように開封を求められる口座。あなたは止められます。
    .replaces = 新しい預託が有効になると終わる、あなたの預託。古い分け鍵では、新しいものは開きません。
    .document = 預けるファイル。
    .chosen = アドレスか名前。保管人ごとにひとつ。
    .threshold = 何人そろえば開けるか。
    .title = 保管人が読む題名。なければファイルの名前。
    .delay = 開封まであなたの中止を待つ時間: 3d。

help-escrow-status = あなたの預託、またはひとつとその開封を見ます。
    .escrow = これだけを、開封とともに。

help-escrow-open = 預託をこのウォレットに開くよう求めます。待ち時間が終わるまで、所有者は止められます。
    .reason = 理由。所有者と保管人が読みます。

help-escrow-recover = 保管人の協力で文書を開きます。ひとつずつ確かめ、正しくないものは名指しします。
    .opening = 開封の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、あなたが最後に求めた開封。
    .out = 文書を書く新しいファイル。

help-escrow-read = 自分の文書を、封をした鍵で読みます。ほかのだれも必要ありません。
    .out = 文書を書く新しいファイル。

help-escrow-veto = 所有者として、望まない開封を止めます。

help-escrow-slip39 = 秘密を言葉に分けて人々に預け、また合わせます(SLIP-39)。情報銀行は必要ありません。

help-escrow-slip39-split = 標準入力の 16 進の秘密、または --bits で新しく作った秘密を分けます。一行に一組の言葉を出力します。
    .group = グループの必要人数と人数(例: 2/3)。グループごとに指定します。
    .group-threshold = 合わせるのに必要なグループの数。
    .bits = 読み込まずに 128 か 256 ビットの秘密を新しく作ります。
    .passphrase = 言葉のほかに要るもの。忘れると、誤りは出ずに別の秘密になります。
    .extendable = 拡張可能の印を付けます。同じ秘密をまた分けられます。
    .exponent = パスフレーズを試す時間を倍にする回数、0 から 15。

help-escrow-slip39-combine = 標準入力から一行に一組の言葉を読み、元の秘密を 16 進で表示します。
    .passphrase = 分けたときのもの。違うと、誤りは出ずに別の秘密になります。
help-recovery = 鍵をなくしたとき: 後見人、取り替え、拒否。

help-recovery-guardians = 一緒に口座の鍵を取り替えられる人を指名します。あとからの指名は、前の待ち時間が過ぎてから始まります。
    .people = 後見人のファイル(azukari wallet export-address --json。文書と記録も開けるようになります)、または口座。
    .threshold = 何人そろえば鍵を取り替えられるか。
    .wait = 拒否できる時間: 7d。
    .give-up = 前の後見人がまだ開けていない文書の鍵を持っていても、取り替えます。その文書は失われます。

help-recovery-ask = 新しいウォレットで: 口座の鍵になることを求めます。
    .account = 鍵をなくした口座。
    .evidence = だれが求めたかの記録。この端末を出るのはソルトを加えたハッシュだけです。
    .out = 後見人か審査会に渡す新しいファイル。

help-recovery-approve = 後見人か審査会の一員として: 求めた人を確かめてから認めます。
    .file = 前の人から受け取った取り替えのファイル。
    .out = あなたの承認を加えた新しいファイル。

help-recovery-begin = 承認のそろった取り替えを送ります。口座は休み、古い鍵は拒否できます。
    .file = 前の人から受け取った取り替えのファイル。
    .by-operator = 運営者として、後見人のない口座のために。

help-recovery-complete = 待ち時間が過ぎたら: 口座は新しい鍵になります。
    .file = 前の人から受け取った取り替えのファイル。

help-recovery-veto = 古い鍵で: 求めた覚えのない取り替えを止めます。
    .recovery = 取り替えの番号、またはそのはじめの数文字。省けば、あなたの口座で待っているただひとつ。

help-audit = 台帳全体を最初から確かめます。情報銀行もウォレットも必要ありません。

help-audit-replay =
    すべてのブロックを実行し直し、封印とルートを確かめ、記録を規則に照らします。
    終了コード 0: 正しい。1: 正しくない。ブロックと項目か規則を示します。2: ファイルが使えない。
    .own-code = このプログラムのソースから作られたコントラクトであることを求めます。
    .checkpoint = 誰かが保管した署名つきチェックポイント、またはそのフォルダ。
    .follower = 照らし合わせる、台帳のフォロワーの RPC アドレス。
    .receipt = 会員が保管した台帳の受領書 (JSON)。
    .tsa-root = 書き出しにあるタイムスタンプを認める発行機関のルート証明書。

help-audit-network =
    ほかのエンジンの台帳を、そのノードに問い合わせて検査します。ブロックを実行し直せない場合に、出来事、呼び出しデータ、記憶域を RPC で確かめます。

    持ち主の異なる複数のノードを指定してください。互いに一致したことだけを信じます。終了コードは `audit replay` と同じです。
    .ledger = ノードの RPC アドレス。ノードごとに一つ。
    .deployment = 信頼できる人から受け取った、銀行の deployment.json。

help-audit-show = チェーンを実行し直し、コントラクトの記録の一覧を出します。
    .event = この名前の記録だけ。たとえば Disclosed。
    .account = この口座か番号が出てくる記録だけ。
    .last = 新しいほうから、この数まで。

help-audit-powers = 他人に及ぶ権限の使用を一覧にします。役割、停止、鍵の取り替え、後見人、コインの販売など。
    .coins-at-least = これより少ない販売と予算は除きます。
    .kind = この種類のものだけ(繰り返せます)。sale, recovered, request-approved など。

help-audit-books = 書き出した台帳だけから、帳簿の推移を示します: コイン、同意、提供先ごとの提供、回答。
    .folder = `azukari-ledger export` が書いた、genesis.json と chain.rlp のあるフォルダー。
    .every = day、week、month のいずれか。
    .csv = 表ごとに CSV ファイルを書くフォルダー。

help-audit-evidence = 提供について銀行が監査人に渡すものを、監査人または運営者として受け取ります: 作り方、攻撃の結果、やり直すのに要るもの。
    .release = 提供の番号か、その初めの桁。
    .out = 書き出すファイル。

help-audit-release =
    銀行と提供先から渡されたもので提供を確かめ、それまでのすべての提供への攻撃をやり直します。
    終了コード 0: 確かめた限り正しい。1: 偽りがあり、どの点かを示します。2: ファイルが使えない。
    .file = 銀行の証拠(`audit evidence`)。
    .payload = 提供先の開いた中身(`partner receive --payload`)。
    .chain = 書き出されたチェーンのフォルダー: 台帳がこの提供について言うこと。

help-release = 表を、単独または連作の一つとして匿名加工し、公開された表を攻撃して調べます。銀行もウォレットも必要ありません。

help-release-dry-run = 表を匿名加工し、できたものを攻撃して調べます。--history を付けると、前の提供と突き合わせても何も増えません。終了コード 3: 基準を満たせません。--explain のほかは何も書かず、どれだけ足りないかを告げます。
    .csv = 表。1 行に 1 人、見出し行つき。
    .spec = TOML: 各列の役割と種類。
    .out = 加工した表の書き先。
    .report = 数値の書き先(JSON)。
    .explain = どの行をなぜ除いたかの書き先。運営者だけのものです。
    .k = 区別できない人数の下限。
    .least = 一つのまとまりにある要配慮の答えの種類の下限。
    .entropy = エントロピー l: まとまりの答えが、同じ頻度の答えいくつ分ばらつくか。
    .recursive = 再帰的 c,l: 最も多い答えは、l 番目以下の答えの合計の c 倍より少なくします。
    .distance = まとまりの答えと全体との隔たりの上限(0 以上 1 未満)。
    .presence = --population の名簿のだれについても、提供に入っている見込みの下限と上限(例: 0.1,0.9)。
    .population = 入りうる全員の表(職員名簿など)。加工される列を含みます。
    .history = 連作のフォルダー。なければ作ります。
    .person = 表どうしを結ぶ仮名の列。公開されません。
    .suppression-limit = 除いてよい行の割合の上限。
    .beside = 連作で、自分の回答を知る一人から見ても、ほかのだれについても残る答えの種類の下限。1 なら求めません。除かれる人は減りますが、去った人の席に入った人にはその人の回答が読めます。
    .come-and-go = 連作の始め方です。ふつうは固定グループの方式です(--come-and-go)。毎回ちがう人が休んでも、除かれる人は少数です。特徴は k と l の許すかぎり細かく、回答はより大きな組でまとめ、組の中の行へくじで配ります。--seats は席の方式です。回答は近い少人数ごとですが、特徴は粗くなり、除かれる人がずっと多くなります。始めたときの方式は連作の終わりまで変わりません。
    .encoding = UTF-8 でないファイルの文字コード。日本語の Excel が書いたものは cp932(または shift_jis)。

help-release-synthetic = 表とほぼ同じことを語り、だれの行でもない架空の行を、雑音を加えた人数をもとに作ります(MST、差分プライバシー)。値はすべて仕様で宣言し、表からは読み取りません。報告には、匿名加工や表の半分どうしと並べた役立ち具合も載ります。この部分には雑音がなく、あなただけのものです。終了コード 2: ファイルが使えない、またはライブラリーがありません。
    .csv = 表。1 行に 1 人、見出し行つき。
    .spec = `dry-run` と同じ TOML。数は minimum と maximum、選択肢と複数選択は values、空欄のない列は answered = true。
    .epsilon = 行が一人について伝えてよい量。実行のたびにまたかかります。
    .delta = イプシロンが成り立たないことのある確率。
    .rows = 作る行の数。
    .out = 架空の行の書き先。
    .report = 数値の書き先(JSON)。
    .encoding = UTF-8 でないファイルの文字コード。日本語の Excel が書いたものは cp932(または shift_jis)。

help-release-attack = だれの匿名加工でも攻撃して調べます。一つずつ、互いに突き合わせて、--source があれば実際の人について。
    .files = 公開された表。`dry-run` が書く形。
    .source = それぞれのもとの表。同じ順で。
    .sensitive = 要配慮の列。なければ、まとまりの中で変わるもの。
    .person = もとの表の仮名の列。
    .least = 一人ひとりに残るべき答えの種類。
    .population = 入りうる全員の表(職員名簿など): だれが入っていると見え、だれが断ったと見えるか。
    .made-up = 架空の行として調べます。まとまりの代わりに、--source の人の写しを探します。
    .report = 結果をここにも書きます。
    .encoding = UTF-8 でないファイルの文字コード。日本語の Excel が書いたものは cp932(または shift_jis)。

help-azukari-bank = 情報銀行の API サーバー。設定は環境変数 AZUKARI_BANK_* からも読みます。
help-azukari-bank-serve =
    API を開きます。

    応答できるようになったら `ready http://HOST:PORT` と書きます。
    .deployment = `python -m chaincode deploy` の deployment.json。
    .host = 待ち受けるアドレス。
    .port = 待ち受けるポート。0 なら空いているもの。
    .name = 人の読む名前。なければ Azukari。
    .url = 人が情報銀行に届くアドレス。なければ HOST:PORT。
    .database-url = すべてを置くサーバー postgresql://…。なければ --data の下のファイルに置きます。
    .workers = API を開くプロセスの数。2つ以上にはサーバーが必要です。
help-azukari-bank-work =
    API を開く複数のプロセスのひとつ。

    `serve --workers` が起動します。
    .listener = 接続を受け取る、開いているソケット。
help-azukari-bank-lead =
    運営者として署名するプロセス、またはその控え。

    `serve --workers` が起動します。
help-azukari-bank-explorer =
    自分のフォロワーから、情報銀行なしで記録の画面を開きます。

    応答できるようになったら `ready http://HOST:PORT` と書きます。
    .deployment = 情報銀行の deployment.json。コントラクトのある場所。
    .ledger_url = フォロワーの RPC アドレス。
    .host = 待ち受けるアドレス。
    .port = 待ち受けるポート。0 なら空いているもの。
help-azukari-bank-reindex = 台帳の出来事の SQL の索引を捨て、台帳をはじめから読み直します。
    .deployment = `python -m chaincode deploy` の deployment.json。
    .database-url = 銀行がサーバーに置かれている場合の、その postgresql://…。
help-azukari-bank-backup = 情報銀行が持つものすべてを、動かしたまま写します。写しは情報銀行と同じものを開けます。同じように守ってください。
    .out = 写しを置く新しいフォルダー。
    .data = 情報銀行のフォルダー。
    .database-url = 銀行がサーバーに置かれている場合の、その postgresql://…。
help-azukari-bank-restore = 写しを新しいフォルダーに戻し、台帳を読み直し、写しの後に起きたことを告げます。あれば終了コード 3。
    .backup = `azukari-bank backup` が書いたフォルダー。
    .data = 情報銀行の新しいフォルダー。
    .deployment = `python -m chaincode deploy` の deployment.json。
    .database-url = 銀行がサーバーに置かれている場合の、その postgresql://…。
help-pds = あなたの文書の置き場所。情報銀行、情報銀行が用意したサーバー、またはあなた自身のサーバーです。

help-pds-status = 文書がどこにあり、ほかにどこへ置けるかを表示します。

help-pds-use = 預けた文書がまだないうちに、置き場所を選びます。
    .target = 用意された置き場所の名前(azukari pds status で見られます)、またはあなたのサーバーの URL。
    .kind = あなたのサーバーの種類: solid か personium。
    .account = Personium のセル: 書き込めるアカウント(権限 root)。
    .password-file = そのアカウントのパスワードを書いたファイル。情報銀行が書き込みのために保管します。

help-pds-move = すべてを別の置き場所に移します。写して読み返してから、最後に元を消します。途切れても、同じコマンドで続きから行います。
    .to = 用意された置き場所の名前(house は情報銀行)、またはあなたのサーバーの URL。
    .kind = あなたのサーバーの種類: solid か personium。
    .account = Personium のセル: 書き込めるアカウント(権限 root)。
    .password-file = そのアカウントのパスワードを書いたファイル。情報銀行が書き込みのために保管します。

help-pds-stay = 終わっていない移動をやめます。文書は元の場所に残ります。

help-board-propose-seat = 審査会や運営者の席に人を迎えるか、外すことを提案します。審査会の過半数の承認が必要です。
    .name = 人の読む名前。
    .identity = その人の `azukari wallet export-address --json` のファイル。
    .out = 次の審査会の人に渡す新しいファイル。
    .role = board(審査会)か operator(運営者)。
    .leave = 席から外します。

help-board-approve-seat = 審査会のほかの人が提案した席を認めます。
    .file = 前の人から受け取った席のファイル。
    .out = あなたの承認を加えた新しいファイル。

help-board-seat = 審査会の過半数が認めた席を送ります。
    .file = 承認のそろった席のファイル。

help-operator-quota = この期間に、販売とアンケートの予算とを合わせて、あと何コイン発行できるか。

help-board-propose-quota = 運営者が一期間に発行できるコインの枠を提案します。審査会の過半数の承認が必要です。
    .coins = 販売とアンケートの予算とを合わせた枚数。
    .out = 次の審査会の人に渡す新しいファイル。
    .days = 一期間の長さ。

help-board-approve-quota = 審査会のほかの人が提案した枠を認めます。
    .file = 前の人から受け取った枠のファイル。
    .out = あなたの承認を加えた新しいファイル。

help-board-set-quota = 審査会の過半数が認めた枠を送ります。
    .file = 承認のそろった枠のファイル。

help-board-propose-issue = 一つの販売またはアンケートの予算が枠を超えてよいと提案します。審査会の過半数の承認が必要です。
    .issue = 請求書、アンケートまたは追加の番号。運営者への断りに書かれています。
    .coins = ちょうどこの枚数。
    .out = 次の審査会の人に渡す新しいファイル。
    .partner = 買う人。アンケートの予算なら付けません。

help-board-approve-issue = 審査会のほかの人が提案したコイン発行を認めます。
    .file = 前の人から受け取った発行のファイル。
    .out = あなたの承認を加えた新しいファイル。

help-board-allow-issue = 審査会の過半数が認めたコイン発行を送ります。
    .file = 承認のそろった発行のファイル。
help-operator-suspend = 口座を停止します。停止が解かれるまで、閲覧、同意の撤回、拒否のほかは何もできません。
    .account = アドレスか、ただひとりの名前。
    .reason = 理由。口座の持ち主が読みます。台帳にはソルト付きのハッシュがのります。

help-operator-reinstate = 口座の停止を解きます。
    .account = アドレスか、ただひとりの名前。
    .reason = 理由。口座の持ち主が読みます。

help-operator-dismiss = 口座の役割を一つ外します。持っているものは残ります。
    .account = アドレスか、ただひとりの名前。
    .role = member、partner、shop、custodian、auditor のどれか。board と operator は審査会が外します。
    .reason = 理由。口座の持ち主が読みます。

help-operator-ask = アンケートに答え、まだ何も言っていない会員の全員に、依頼への同意を台帳の上で尋ねます。

help-operator-revoke = 提供先が契約を破ったとき、その依頼への同意をすべて失効させます。
    .reason = 理由。会員の全員が読みます。

help-operator-close-request = 提供先に代わって依頼を終わらせます。確保したコインは戻り、もう提供は作られません。

help-operator-expire = 期限の切れた同意を台帳に記録します。

help-operator-abandon = 開いたまま閉じられなかった大きな提供を取りやめます。同意はまた使えます。
    .release-id = 番号の全体。`azukari operator release` が示したものです。

help-operator-partner-reward = 会員が受け入れた提供先ごとに、アンケートの予算からコインを払うと、一度だけ約束します。
    .coins = 提供先 1 社あたりのコイン。
    .partners = 最大で何社分か。

help-operator-policy = 使い道の決まりを定めます。その決まりのコインを使える発行者は、あとから変わりません。
    .name = 人が読む名前。
    .issuer = 提供先のアドレス。何度でも指定できます。
    .policy-id = 途切れたときに、やり直すための番号。

help-operator-give-gifts = 発行者の注文のとおりに贈ります。提供に入った会員にひとり一度、注文より多ければ抽選です。
    .order = 注文の番号か、その初めの桁。省くと、まだ終わっていないただ一つの注文。

help-operator-gift-orders = 贈り物の注文と、贈った人数を並べます。

help-partner-order-gifts = あなたの提供に入った会員に、感謝のクーポンを情報銀行から贈ります。だれに渡ったかは分かりません。
    .persons = 何人の会員に。
    .each = ひとり何枚。

help-partner-gift-orders = 贈り物の注文と、贈った人数を並べます。

help-partner-send-coins = ここに口座のある人にコインを送ります。使える発行者を限ることもできます。
    .receiver = 相手のアドレス(azukari wallet show)。
    .coins = コインの数。
    .policy = 使い道の決まりの番号か、その初めの桁。コインはその発行者だけで使えます。

help-member-coins = コインの残高と、使える発行者の限られた分を示します。

help-shop-cancel = まだだれも署名していない受付を取り消します。
    .redemption = 受付の番号か、その初めの桁。省くと、待っているただ一つのもの。

help-shop-coupons = この店で使えるクーポンの一覧。

help-shop-totals = ある一日に使われたクーポンと、受け取ったコインの合計を示します。
    .day = 日付(2026-12-24)。省くと今日。

help-member-rules = だれに何が尋ねられずに渡るか、包括ルール、それによる同意を示します。

help-member-allow = 包括ルールを定めます。その範囲で情報銀行が代わりに同意します。要配慮のものは決して入りません。
    .item = 質問の番号。何度でも指定できます。省くと、要配慮でないものすべて。
    .recipients = 会社の分類の名前か番号。何度でも指定できます。省くと、名前のあるものすべて。
    .purposes = 目的の名前か番号。何度でも指定できます。省くと、名前のあるものすべて。
    .k = 少なくともこの人数が見分けられないこと。
    .coins = 提供 1 回につき少なくともこのコイン。
    .uses = 一つの同意で何回の提供までよいか。
    .until = ルールの終わり(2026-12-31、+365d)。

help-member-end-rule = 包括ルールを終わらせます。このルールによる同意は、撤回するまで残ります。
    .rule = ルールの番号か、その初めの桁。省くと、有効なただ一つのもの。

help-operator-category = 包括ルールに入れられる会社の分類、目的(コードの番号)、データの区分に、名前をつけます。あとから変わりません。
    .kind = recipients(会社)、purposes(目的)、processing(区分)のどれか。
    .place = 番号、0 から 31。
    .name = 人が読む名前。目的は、なるべく DPV (Data Privacy Vocabulary) の語で: dpv:AcademicResearch。

help-operator-categorize = 提供先の分類を定めます。
    .partner = 提供先のアドレス。
    .place = 分類の番号。

help-operator-apply-rules = 承認された依頼に、包括ルールの範囲に入る会員の代わりに同意します。

help-member-delegate = ほかの口座に、範囲と期限を決めて、代理を任せます。
    .account = 相手のアドレス(azukari wallet show)。
    .may = 範囲: survey(回答)、consent(同意)、coin、coupon、draw(抽選)、escrow(預けた文書と記録の箱)。何度でも指定できます。
    .until = 終わり(2026-12-31、+365d)。

help-member-delegations = だれがあなたの代理を任され、あなたがだれの代理(--for)を任されているか、あなたの名前で何が行われたかを示します。

help-member-end-delegation = 代理を任せるのをやめます。だれが定めたものでも終わらせられます。
    .account = 相手のアドレスか、その初めの桁。省くと、任されているただひとり。

help-board-propose-guardian = 署名できない人の後見人を提案します。審査会の過半数が認め、運営者が届けます。
    .ward = 署名できない人のアドレス。
    .guardian = 後見人のアドレス。
    .may = 範囲: survey(回答)、consent(同意)、coin、coupon、draw(抽選)、escrow(預けた文書と記録の箱)。何度でも指定できます。
    .evidence = 裁判所などの書面。台帳にはソルト付きのハッシュだけがのります。
    .out = 審査会の次の人に渡すファイル。
    .until = 終わり(2026-12-31、+365d)。

help-board-approve-guardian = 提案された後見人を、同じことばに署名して認めます。
    .file = 審査会の別の人から渡されたファイル。
    .out = 次の人か運営者に渡すファイル。

help-operator-appoint = 審査会の過半数が認めた後見人を定めます。一週間後に始まります。
    .file = 審査会から渡されたファイル。

help-recovery-rotate = 古い鍵があるうちに、口座を自分の別のウォレットの鍵に移します。文書と箱の記録は続き、許可は求めたときだけ続きます。途中で止まったら、同じコマンドで続きから始めます。
    .to = この端末にある新しいウォレットの名前。
    .keep-grants = 古い鍵で読むことを許した相手に、続けて読ませます。ほかのだれも古い鍵を持ちえないときだけにしてください。
help-member-statistics = あなたの回答が入った統計情報を見せます。提供先に伝えたものと同じです。
    .release = 統計情報の提供の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、ただひとつのもの。

help-member-budget = 統計情報があなたについてあとどれだけ伝えてよいかを見せます(差分プライバシー)。
    .partner = この提供先だけに(アドレス)。

help-partner-trend = `receive --payload` が書いた統計情報を古い順に比べます。何が変わったか、それは誤差より大きいか。
    .files = 開いた提供の中身。
help-member-erase = 預けたものをすべて消します。何が消え、何がなぜ残るかを先に示し、それから署名します。元には戻せません。
    .leave-my-server = もうない自分のサーバーには頼まない。そこにあるものは自分で消す。
help-member-ask-right = 預けた自分の情報について、開示、訂正、利用停止、削除を求めます。運営者は 30 日以内に答えます。
    .kind = access(開示)、correction(訂正)、restriction(利用停止)、deletion(削除)のどれか。
    .words = 何を、なぜ求めるか。
help-member-rights = 自分について求めたこと、答えの期限、答えを一覧します。
help-operator-rights = 人々が自分について求めたことを、期限の早い順に一覧します。期限切れには印がつきます。
    .answered = 答えたものも。
help-operator-answer-right = 誰かが自分について求めたことに答えます。
    .request = 請求の先頭の数文字。待つものが一つだけなら必要ありません。
    .words = 何をしたか。--refuse のときは、なぜしないか。
    .refuse = 断る。
help-inbox = あなたを待つもの。決める、止める、消す、期限までに答える。そして、あなたのものについて何が行われたか。
    .unread = まだ読んだ印をつけていないものだけ。
    .mark-read = 表示したものに読んだ印をつける。
    .everything = 新しいものだけでなく、すべて。
help-logout = あなたの鍵によるログインを終わらせます。
    .everywhere = すべての端末のログイン。
help-receipt = 同意と、それによる提供の受領書。銀行なしで誰でも確かめられます。
help-receipt-list = 受領書を作れる同意を一覧します。
help-receipt-get = ISO/IEC TS 27560 の形と DPV の用語で受領書を作り、確かめます。
    .consent = 同意の先頭の数文字。一つしかなければ必要ありません。
    .out = 受領書を書く新しいファイル。
    .block = このブロックの時点で(チェックポイントのものなど)。なければ今。
help-receipt-credential = 同意の受領書を、項目ごとに他所で見せられる証明書として受け取ります。先にすべての項目を台帳で確かめます。
    .consent = 一覧の番号、または ID の先頭。
    .out = 新しいファイル。

help-receipt-verify = 受領書をオフラインで確かめます。言葉、署名、台帳の証明、封印。
    .file = 受領書。
    .checkpoint = 同じブロックを見た人が署名したチェックポイント。

help-operator-people = 人と組織を、新しい順に並べ、探します。
    .sought = 名前、メール、口座に含まれる文字。
    .role = この役割の人だけ。
help-partner-statement = ひと月のすべてのコインと、その合計が台帳と一致するか。
    .month = 2026-11 のように(UTC)。なければ今月。
    .file = 行をこの新しい CSV ファイルにも書く。
    .accesses = 誰がどの提供を何バイト受け取ったかを、この新しい CSV ファイルに書く。
    .verify = 台帳のすべてのブロックをたどり、コインとクーポンの数をその記録と、証明された残高に照らす。
    .chain = 同じことを、書き出されたこのチェーンを再実行して確かめる。
    .deployment = チェーンの deployment.json。チェーンと並んでいないとき。
help-member-preview = 同意する前に、会社から見えるあなたの行、区別できない人数、コインを見ます。
    .request = 依頼の先頭の数文字。一つしかなければ必要ありません。

help-partner-expect = いま提供したらどうなるかを見せます: 人数、失われる細かさか誤差、コイン。おおまかな数だけで、誰の回答も見えません。
    .request = あなたの依頼の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、承認されたただひとつのもの。
    .epsilon = 統計情報: 一人ひとりのプライバシー予算から使う量。
    .crossed = 統計情報: 掛け合わせる二つの質問。例 age,vote。何度でも指定できます。

help-operator-notice = 匿名加工情報の提供について個人情報保護法が求める公表文または通知書を、記録から作ります。
    .release = 提供の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、ただひとつのもの。
    .reader = public(情報銀行が公表する文)か recipient(提供先への通知)。
help-pds-put = ファイルをウォレットで小分けに封をして、あなたの置き場所に預けます。途切れても、同じコマンドで残りを送ります。
    .file = ファイル。種類も大きさも問いません。
    .title = 探すときの名前。なければ前の版の名前、初めての版ならファイルの名前。読めるのはあなただけです。
    .media-type = image/jpeg など。なければファイルの名前から決めます。
    .document = この文書の次の版として預けます。

help-pds-get = 置き場所から文書を取り出して開きます。中身を確かめてから、ファイルに名前を付けます。
    .document = ID のはじめの数字(azukari pds list)。
    .out = 新しいファイル。なければこのフォルダーに題名で。
    .version = この版。なければ最新の版。
    .start = このバイトから後だけ。
    .length = この長さのバイトだけ。

help-pds-list = 預けた文書の一覧と、使っている大きさを見ます。

help-pds-versions = 文書のすべての版を見ます。
    .document = ID のはじめの数字(azukari pds list)。

help-pds-remove = 文書を、すべての版またはひとつの版について完全に消します。途切れた送信も消せます。
    .document = ID のはじめの数字(azukari pds list)。
    .version = この版だけ。

help-pds-grant = ひとつの文書のひとつの版を、期限まで、ひとりに読ませます。相手には情報銀行の口座と鍵が必要です。
    .document = ID のはじめの数字(azukari pds list)。
    .to = 相手: azukari wallet export-address --json のファイル、または役職の口座。
    .until = いつまで: +7d, 2026-12-31, 2026-12-31T10:00。
    .version = この版。なければ最新の版。後の版は含みません。
    .elsewhere = 相手はこの銀行に口座がなく、この銀行のアドレスで --elsewhere を付けて読みます。

help-pds-grants = だれに何を読ませているか、また自分が何を読めるかを見ます。

help-pds-revoke = 許可をすぐに終わらせます。
    .grant = ID のはじめの数字(azukari pds grants)。

help-pds-log = だれがあなたの何を読んだかを見ます。

help-pds-receive = 読むことを許された文書を取り出して開きます。持ち主には読んだことが分かります。
    .grant = ID のはじめの数字(azukari pds grants)。
    .out = 新しいファイル。なければこのフォルダーに題名で。
    .elsewhere = 自分の口座がない銀行で使います。ログインの代わりに、このウォレットが呼び出しごとに署名します。

help-pds-import = 手もとのファイルからアンケートに答えます。質問ごとに、もとと値を見せてから送ります。azukari member export の写しなら、置き場所に預けます。
    .file = CSV、JSON、FHIR(Patient, Observation, Bundle)、Google Takeout のアーカイブ、または azukari member export copy.zip による写し。
    .survey = 答えるアンケート。
    .kind = 形式を csv、json、fhir、takeout から選びます。なければ中身から決めます。
    .row = 行がいくつもある CSV で、どの行か。1 から数えます。
    .pairs = key=path: この質問にはファイルのこの部分で答えます。key= なら答えません。
    .given = key=value: この質問には自分で答えます。
    .issuer = FILE が証明書の場合(azukari credential)、署名したはずの人のアドレス。

help-azukari-bank-rotate-release-key = 提供用の鍵を新しくします。情報銀行を再び起動すると、鍵を台帳に載せ、すべての文書を裏で包み直し、要らなくなった前の鍵を壊します。
    .data = 情報銀行のフォルダー。
help-azukari-bank-release-key = 提供用の鍵と、その交換がどこまで進んだかを見ます。
    .data = 情報銀行のフォルダー。
help-member-terms = 銀行の規約の変更点を読み、承諾します。
help-member-terms-show = 新しい規約の変更点を条ごとに、承諾の期限と、承諾しない場合どうなるかとともに示します。本文はすべて台帳と照合します。
    .whole = 全文を示します。
help-member-terms-accept = 変更点を読んだうえで、いまの規約を承諾します。
help-operator-terms = 新しい規約と、その承諾の状況。
help-operator-terms-publish = 新しい規約を定めます。会員は期限までに承諾します。期限後は、承諾していない人の情報について新しいことは何も行いません。
    .file = 全文(UTF-8)。条は番号とピリオドで始まります。省けば、このプログラムにあるひな形。
    .until = 承諾の期限:2027-01-31、2027-01-31T09:00、+30d など。
    .statement = 入会する人が署名する文。指定がなければいまの文。
    .text-language = 本文の言語。
help-member-promotion = 回答が合う会員に会社が示すご案内。どれが合うかは、あなたのウォレットが調べます。
help-member-promotion-list = あなたの回答に合うご案内と、その理由になった回答。一覧はだれにでも同じものが丸ごと届き、回答はここで開きます。
help-member-promotion-use = ご案内のクーポンを買います。それでだれに何が伝わるかを、先に読みます。
    .promotion = ご案内の ID、その先頭の数字、または最後に見た一覧での番号。省けば、ただひとつのもの。
help-member-promotion-mute = ある会社のご案内を示さないようにします。だれにも伝わりません。
    .company = 会社の名前またはその一部、またはアカウント。
help-member-promotion-unmute = その会社のご案内を、また示します。
    .company = 会社の名前またはその一部、またはアカウント。
help-member-promotion-off = ご案内を一切示さないようにします。
help-member-promotion-on = 合うご案内を、また示します。
help-partner-promotion = 回答が合う会員に、あなたのクーポンを案内します。だれに示されたかは分かりません。
help-partner-promotion-file = ご案内(文と、どの回答の人に示すか)を出します。だれかが見る前に、運営者が承認します。
    .file = JSON。words(language・title・text の一覧。リンクは不可)と condition(item と one_of、または low と high。all_of、any_of)。
    .until = いつまで示すか:2027-01-31、2027-01-31T09:00、+30d など。
    .coupon = あなたのクーポン。ID、その先頭の数字、または番号。省けば、ただひとつのもの。
    .survey = 条件の質問があるアンケート。省けば、質問ごとに示します。
    .yes = 確かめずに署名します。
help-partner-promotion-list = あなたのご案内とその状態、そしてクーポンが(だれにであれ)売れた枚数と使われた枚数。
help-partner-promotion-withdraw = ご案内を取り下げます。
    .promotion = ご案内の ID、その先頭の数字、または最後に見た一覧での番号。省けば、ただひとつのもの。
help-operator-promotion = 会社が会員に示したいご案内。
help-operator-promotion-list = すべてのご案内。何を、どの回答の人に示すか、そしてその状態。
help-operator-promotion-approve = ご案内を示せるようにします。
    .promotion = ご案内の ID、その先頭の数字、または最後に見た一覧での番号。省けば、待っているただひとつのもの。
help-operator-promotion-refuse = ご案内を断るか、示すのをやめます。
    .promotion = ご案内の ID、その先頭の数字、または最後に見た一覧での番号。省けば、ただひとつのもの。
    .reason = 会社が読みます。
help-operator-terms-show = いまの規約を承諾した人数と、まだの人を示します。
help-notices = お知らせの方法(メール、ウェブフック、受信箱のみ)を見る、または選びます。
    .email = 確認コードが戻ってから、このアドレスに知らせます。
    .code = アドレスに届いた確認コード。
    .no-email = メールをやめ、アドレスを消します。
    .kind = 種類ごとの方法:KIND=inbox,email。繰り返せます。
    .mail-language = メールの言語:ja または en。
help-webhook = 組織のサーバーへの署名つきメッセージ(Standard Webhooks)。
help-webhook-set = これから組織を待つものを、署名して https のアドレスに送ります。
    .url = 送り先。私設ネットワークは不可。
help-webhook-show = 送り先、署名の検証鍵、届いていないものを示します。
help-webhook-remove = メッセージを送るのをやめます。
help-webhook-verify = 届いたメッセージが、銀行のいま送ったものか確かめます。
    .body = 届いた本文。省くと標準入力から読みます。
    .message-id = ヘッダー webhook-id。
    .timestamp = ヘッダー webhook-timestamp。
    .signature = ヘッダー webhook-signature。
    .key = 銀行の鍵。省くと銀行に尋ねます。

help-audit-export =
    台帳の写しをひとつの命令で作ります: チェーン、配置の記録、求めれば提供の証拠も。
    写したものは信じません: 判断は `audit replay` がします。
    .folder = 写しを書くフォルダー。
    .data = 台帳のノード、または自分のフォロワーのデータフォルダー。動いていてもかまいません。
    .ledger = または、ノードの RPC アドレス。そのとき創世記録は自分で用意します。
    .genesis = --ledger とともに: 信じられる人から受け取った、チェーンの genesis.json。
    .deployment = deployment.json。省けば情報銀行の言うとおり。
    .evidence = 銀行が監査人に渡すすべての提供の証拠も写します(`audit release` 用)。監査人のウォレットが必要です。

help-audit-compare =
    台帳の写しを、ほかの人が署名したチェックポイントと比べます。実行し直しはしません。
    終了コード 0: すべてと一致。1: 歴史が書き換えられ、証人とブロックを示します。2: ファイルが使えない。
    .checkpoints = 署名つきチェックポイント、またはそのフォルダー。

help-audit-watch =
    伸びていく台帳を見張ります: 新しいブロックをすべて実行し直し、記録を規則に照らします。
    --json では、何かあるたびに一行ずつ。正しくないものがあれば、そこで終わります。
    終了コード 0: 最後まで正しい (--once)。1: 正しくないものがあり、ブロックと規則を示します。4: 台帳が答えない (--once)。
    .ledger = 台帳のノードの RPC アドレス。
    .data = あなた自身のフォルダー。見たものは、銀行の手の届かないそこに残ります。
    .genesis = チェーンの genesis.json。はじめの一度に必要です。
    .deployment = deployment.json。省けば情報銀行の言うとおり。
    .once = 最新のブロックまで来たら終わります。

help-shop-watch =
    ここでクーポンが使われるたびに、すぐに知らせます。終わるまで続きます。--json では一件に一行。
    .count = この件数で終わります。

help-custodian-refuse = 開封に協力しないことと、その理由を伝えます。求めた人が読みます。あとで協力してもかまいません。
    .reason = 理由。求めた人が読み、情報銀行が保管します。

help-partner-drafts = この端末に下書きとして残した依頼の一覧です。

help-partner-file = 下書きとして残した依頼を出します。下書きはなくなります。
    .draft = 下書きの名前。
    .discard = 出さずに、下書きを捨てます。

help-partner-amend = 審査会がまだ決めていない依頼を直します: いちど終わらせ、コインが戻り、あらためて出します。指定しないところは前のままです。
    .items = 質問のキー。繰り返せます。ひとつでも指定すれば、それがすべてになります。
    .purpose = 何のためのデータか、会員が判断できる一文で。
    .why = なぜ要るのか。会員が説明文で読みます。
    .persons = この人数まで。
    .k = 少なくともこの人数が見分けられないこと。
    .l = そのなかで、要配慮の質問への答えが少なくともこの数だけ違うこと。
    .t = そのなかの答えが全体と違ってよい割合 (パーセント)。100 は制限なし。
    .coins = 一人、提供一回あたりのコイン。
    .coins-per-item = 項目ごとに加えるコイン。
    .until = 依頼の終わり: 2026-12-31、+90d。
    .keep = データを持っている期間: 365d。
    .purpose-code = 目的。DPV の語、名前、またはコードで (azukari partner catalogue)。
    .legal-class = anonymized か statistical。

help-custodian-paper =
    分け鍵を語で示します。書きとめるか印刷するためのもので、先に確かめます。
    預託の求める枚数がそろえば、銀行も台帳もなしに開けます。だれも止められず、記録も残りません。
    .card = 印刷するページを、HTML で書きます。
    .document = 紙で開く、預託の公開ファイルも書きます。

help-custodian-answer-drill = 何も開けずに、分け鍵が手元にあることを示します。
    .drill = 渡された点検のファイル。
    .out = 書くファイル。尋ねた人に返します。

help-escrow-open-papers = 保管人の紙から文書を開きます。紙は標準入力から、一行に番号と語で。銀行は必要ありません。
    .document = 預託の公開ファイル (`custodian paper --document`)。
    .out = 文書を書くファイル。

help-escrow-drill = 預託の保管人に、分け鍵が手元にあることを示すよう求めます。
    .out = 書くファイル。保管人に渡します。

help-escrow-check-drill =
    点検への保管人の答えを確かめます。
    終了コード 0: 偽りの答えはない。答えていない人も示します。1: 何も示さない答えがある。
    .drill = 点検のファイル。
    .answers = 保管人の答え。
help-escrow-reshare =
    いまの保管人に、分け鍵を配り直すよう求めます。加わる人には渡り、抜ける人には渡りません。
    文書は封をしたままで、秘密はだれにも見えません。古い分け鍵どうしは、まだ合います。だれかを確かに締め出すには、`azukari escrow create --replaces` で預け直してください。
    .join = 加わる保管人の名前かアドレス。繰り返せます。
    .leave = 抜ける保管人の名前かアドレス。繰り返せます。
    .threshold = これから何人で開けるか。なければ、いまと同じ。
    .dealer = いまの保管人のうち配る人。預託を開けるのと同じ人数。なければ、はじめの人たち。
    .out = 書くファイル。配る人に渡します。

help-escrow-close-reshare = 保管人が配ったものを確かめ、新しい取り決めに署名します。全員の確認がそろうと、古い預託に代わります。
    .round-file = `azukari escrow reshare` のファイル。
    .deals = 保管人が配ったもの。

help-custodian-deal = 持ち主が署名したことばにより、あなたの分け鍵を次の保管人に配り直します。
    .round-file = 渡された、持ち主のファイル。
    .out = 書くファイル。持ち主に返します。
help-member-register =
    招待がないとき、入会を申し込みます。もう一度実行すると、どうなったかを示します。
    .name = 運営者に示す名前。
    .email = 結果を知らせるメールアドレス。
    .why = 運営者が判断できるよう、あなたと銀行との関わりを書きます。

help-operator-registrations = 入会を申し込んだ人の一覧。
    .decided = 答えたが、まだ入会していない人も示します。

help-operator-approve-registration = 申し込んだ人が入会できるようにします。
    .account = その人のアドレス、または最後に見た一覧での番号。省けば、待っているただひとり。

help-operator-refuse-registration = 申し込みを断ります。理由は本人に知らされます。
    .account = その人のアドレス、または最後に見た一覧での番号。省けば、待っているただひとり。
    .reason = 断る理由。
help-recovery-status = ある口座の鍵をだれが取り替えられるか、どこまで進んだかを示します。ほかの人の口座はログインなしで見られます。
    .account = 口座。なければ、あなたの口座。

help-board-publish-key = 提供用の鍵の分け鍵を受け取るための暗号鍵を、自分の署名で台帳に載せます。

help-board-release-key = 誰が回答を開けるか、共有する提供用の鍵の作成がどこまで進んだかを表示します。

help-board-deal-key = 審査会が共有する提供用の鍵の、自分の分を配ります。銀行を含め、鍵の全体を持つ人はいません。

help-board-confirm-key = 配られたものすべてと自分の分け鍵を検査し、確認します。最後の確認で共有鍵が有効になります。

help-board-openings = 審査会が開くよう求められているもの(提供データのための回答、または新しい鍵のための回答)の一覧を表示します。

help-board-open = 開封に自分の分け鍵で協力します。必要な人数がそろうと、その文書だけが開きます。
    .opening = 開く依頼の番号、またはその最初の数桁。省略すると、あなたを待つ唯一のもの。

help-operator-share-release-key = 提供用の鍵を審査会で共有し、一人でも、盗まれたファイルでも、回答を開けないようにします。
    .threshold = 現在の審査員のうち、何名が共同で回答を開くか。
    .anew = すでにある鍵の分け鍵を、現在の審査会に配り直します。
    .dealer = 配り直す保持者の口座。これまで開くのに必要だった人数だけ、それぞれこのオプションで指定します。

help-operator-open-answers = 口座の現在の鍵に封じ直すため、その人の回答を開くよう審査会に求めます。審査会が協力した後、もう一度送ります。
    .account = 鍵が替わった口座。
    .opening-id = 開く依頼の番号。省略すると、この口座を待つもの、または新しいもの。

help-box = 記録の箱。この端末で封じられ、あなたと、あなたが許した相手だけが探せます。

help-box-apps = 箱の利用を許せるアプリの一覧を表示します。

help-box-put = 記録を箱に保管するか、新しい状態にします。あなたと、あなたが許した相手の鍵に封じられます。
    .box = 箱の名前。英小文字、数字、- で付けます。
    .record = 記録の名前。英小文字、数字、- で付けます。ふだんの呼び名は項目に入れられます。
    .field = 名前=値。それぞれで探せます。
    .json-file = 項目の JSON オブジェクト。--field の代わり、または併用。
    .label = 札。これで探せます。
    .link = 相手、または 関係=相手。この箱の別の記録。これで探せます。
    .owner = 自分のものでない場合、箱の持ち主の口座。
    .elsewhere = 自分の口座がない銀行で使います。ログインの代わりに、このウォレットが呼び出しごとに署名します。

help-box-get = 記録を一つ表示します。
    .box = 箱の名前。
    .record = 記録の名前。
    .owner = 自分のものでない場合、箱の持ち主の口座。
    .elsewhere = 自分の口座がない銀行で使います。ログインの代わりに、このウォレットが呼び出しごとに署名します。

help-box-find = 項目の正確な値、札、つながりで記録を探します。何も指定しなければ箱のすべて。封じられた保管場所で探せるのは等しい値だけで、範囲や語の一部では探せません。
    .box = 箱の名前。
    .field = 持つべき 名前=値。
    .label = 持つべき札。
    .link = つながるべき 相手、または 関係=相手。つないだときと同じ書き方で。
    .owner = 自分のものでない場合、箱の持ち主の口座。
    .elsewhere = 自分の口座がない銀行で使います。ログインの代わりに、このウォレットが呼び出しごとに署名します。

help-box-remove = 記録を完全に消します。
    .box = 箱の名前。
    .record = 記録の名前。

help-box-grant = アプリや家族などの相手に、期限まで箱の利用を許します。すでにある記録も、相手の鍵に封じ直します。
    .box = 箱の名前。
    .to = アプリの番号(azukari box apps)、または相手の `azukari wallet export-address --json` が出力したファイル。相手は別の銀行の人でもよく、--elsewhere で読みます。--for を付けたときは me(台帳であなたが代理する相手の箱に自分が入ります)。
    .until = 期限:2026-12-31、+7d。
    .write = 書き込みも許します。

help-box-revoke = 箱の利用の許可を、直ちに終わらせます。
    .box = 箱の名前。
    .to = アプリの番号、または相手の口座。

help-box-grants = 利用を許した相手と、自分が使える箱の一覧を表示します。

help-box-log = あなたの箱で他の人がしたことの一覧を表示します。

help-operator-register-app = 会員が箱の利用を許せるアプリを登録します。
    .app-id = アプリの番号。小文字、数字、ハイフン。
    .name = 会員に表示する名前。
    .identity = アプリの作り手が `azukari wallet export-address --json` で出力したもの。呼び出しに署名するアドレスと暗号鍵です。

help-operator-replace-app-key = アプリの鍵を、作り手がいま持つものに替えます。暗号鍵も替わるときは、持ち主が改めて許可します。
    .app-id = アプリの番号。
    .identity = アプリの作り手が `azukari wallet export-address --json` で出力したもの。呼び出しに署名するアドレスと、暗号鍵です。

help-operator-remove-app = アプリの登録を消し、すべての箱への許可を終わらせます。
    .app-id = アプリの番号。

help-pds-pull = 他のサービスが持つ自分のデータを、そこで同意したうえでファイルに取り込みます(OAuth 2.0、PKCE 付きのコード)。それ以外は何も残しません。
    .resource = 読み取るアドレス。
    .issuer = サービス自身の名前。どこで尋ねるかを示しているアドレスです。
    .client-id = サービスでのこのプログラムの名前。http://127.0.0.1/callback を任意のポート、または --port のポートで許していなければなりません。
    .out = 書き込むファイル。azukari pds import で使います。
    .scope = 求める許可。サービスの呼び名で指定します。
    .port = ブラウザーが戻ってくるこの端末のポート。省略すると空いているもの。
    .browser = ブラウザーを開きます。そうでなければアドレスを表示するだけです。

help-credential = 情報源が人について署名したものを、主張ごとに示します(SD-JWT)。銀行は必要ありません。

help-credential-key = 証明書を発行する相手に渡す、自分の公開鍵をファイルに書きます。
    .out = 新しいファイル。

help-credential-issue = 情報源として、人について知ることに署名します。主張はそれぞれ単独で示せます。
    .facts = 主張の JSON オブジェクト。
    .to = `azukari credential key` による持ち主のファイル。
    .kind = 証明書の種類。
    .out = 持ち主に渡す新しいファイル。
    .until = 期限:2026-12-31、+365d。
    .check = 名前<数 または 名前>数。はい・いいえを独立した主張とするので、数そのものを示さずに済みます。

help-credential-fetch = 証明書を発行する情報源から、そこで許可を与えて、自分についての証明書を取り寄せます(OpenID4VCI)。このウォレットに結び付けられます。
    .source = 情報源のアドレス(例: https://payroll.example)
    .kind = そこで発行される証明書の ID。
    .client-id = 情報源のサーバーがこのウォレットを呼ぶ名前。
    .out = 書き出すファイル。
    .port = ブラウザーが戻ってくるこの端末のポート。0 なら空きポート。
    .browser = ブラウザーを開きます。

help-credential-show = 持ち主として、主張のいくつかを一人の確認者に示し、自分が持ち主であることを証明します。
    .credential = 証明書のファイル。
    .audience = 示す相手。
    .nonce = 一度だけ示すよう、確認者が求めたもの。
    .out = 確認者に渡す新しいファイル。
    .claim = 示す主張の名前。それぞれこのオプションで指定します。

help-credential-verify = 証明書の内容を検査します。成り立たなければ終了コードは 5 です。
    .credential = 証明書のファイル。
    .issuer = 署名したはずの人のアドレス。
    .audience = 持ち主が示したはずの相手。省略すると問いません。
    .nonce = 求めたもの。

help-partner-coupon-list = あなたのクーポンの一覧: 発行枚数、売れた枚数、使われたコイン、贈った枚数、利用、残り。台帳の数と照らします。
    .month = 2026-11 のように(UTC)。省けば、これまでのすべて。
    .file = この新しい CSV ファイルにも書く。
help-partner-policies = 使い道の決まり(運営者が定めます)と、その決まりであなたが持つコイン。partner send-coins --policy で使えます。
help-audit-statement = 書き出したチェーンだけから会社のひと月の明細書を作り、情報銀行のものを照らします。終了コード 1: 情報銀行の数が違います。
    .folder = 書き出したチェーンのフォルダー。
    .account = 会社の口座。
    .month = 2026-11 のように(UTC)。なければ今月。
    .told = 会社が情報銀行から受け取った明細書(azukari partner statement --json)。
    .deployment = チェーンの deployment.json。チェーンと並んでいないとき。
help-results-publications = 個人情報保護法により情報銀行が公表する、匿名加工情報の提供ごとの項目と提供の方法です。
help-partner-notice = 提供が匿名加工情報であることと、提供先に禁じられていることの通知書を、記録から作ります。
    .release = 提供の ID、そのはじめの数文字、または最後に見た一覧での番号。省けば、ただひとつのもの。
help-board-releases = すべての提供と、会社が保存できる期限、期限までに宣言されていない削除の一覧です。
    .overdue = 期限までに削除が宣言されていないものだけ。

help-recovery-rewrap = 新しいウォレットで: 文書と箱の記録を新しい鍵に封じ直します。途中で止まった鍵の変更の続き、または後見人が取り替えのときに出した分け鍵を使います。
    .old = この端末に残っている古いウォレット。
