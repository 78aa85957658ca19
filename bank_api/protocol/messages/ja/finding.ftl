# 監査で分かったこと。どこが、なぜ正しくないか。

finding-final-state = 最後の状態
finding-chain-id = チェーンの番号
finding-log = ログ
finding-the-whole = 全体
finding-code-of = { $contract } のコード
finding-storage-of = { $contract } の記憶域
finding-storage-root-of = { $contract } の記憶域のルート
finding-cannot-be-asked = 尋ねられません: { $why }
finding-state-and-events = 状態では { $found } ですが、出来事からは { $expected } です
finding-other-chain = チェーンは { $found } ですが、配備は { $expected } のものです
finding-not-the-deployments = { $address } のものは、配備のものではありません
finding-cannot-be-compared = 比べられません: { $why }
finding-not-our-own = { $address } のものは、このプログラムのソースから作られるものではありません
finding-cannot-be-rebuilt = 作り直せません: { $why }
finding-not-the-records = 記録から作られるものではありません
finding-in-block = ブロック { $number }、{ $field }
finding-other-than = { $other } と違うことを言っています
finding-not-executed = { $count } 個のノードに問い合わせただけで、実行し直してはいません。互いに一致したことを信じ、記録にない枠は探していません
