outcome-passed = true
outcome-failed = FALSE
outcome-unchecked = not checked
