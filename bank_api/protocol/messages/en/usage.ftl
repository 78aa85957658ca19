# Commands that were not written as they should be.

usage-missing = { $name } is missing
usage-no-such-option = there is no option { $name }
usage-no-such-command = there is no command { $name }
usage-did-you-mean = did you mean { $names }?
usage-option-value = { $name } has the wrong number of values
usage-extra = these arguments are too many: { $words }
usage-bad-value = { $name }: { $rule }
usage-not-understood = the command is not understood
usage-whole-number = must be a whole number
usage-number = must be a number
usage-at-least = must be at least { $low }
usage-between = must be from { $low } to { $high }
usage-path = must be the name of a file or folder
usage-text = must be readable text
usage-aborted = Aborted.
