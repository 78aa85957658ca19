# What the operating system says of a file, and the readers of text and JSON.

system-not-text = is not text in UTF-8
system-not-json = at line { $line }, column { $column }
system-enoent = no such file or directory
system-eacces = permission denied
system-eperm = operation not permitted
system-eisdir = is a directory
system-enotdir = not a directory
system-eexist = is there already
system-enospc = no space is left on the device
system-erofs = the file system is read-only
system-econnrefused = nothing listens there (connection refused)
system-host-unknown = no machine of that name is known
