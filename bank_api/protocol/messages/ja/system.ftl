# ファイルについて機械の言うこと、文字や JSON の読み取りの言うこと。

system-not-text = UTF-8 の文字ではありません
system-not-json = { $line } 行目の { $column } 文字目から先
system-enoent = そのようなファイルやフォルダーはありません
system-eacces = 読み書きが許されていません
system-eperm = 許されていません
system-eisdir = フォルダーです
system-enotdir = フォルダーではありません
system-eexist = もうあります
system-enospc = 空きがありません
system-erofs = 書き込めない装置です
system-econnrefused = そこで待ち受けているものがありません(接続が拒否されました)
system-host-unknown = その名前の機械は見つかりません
