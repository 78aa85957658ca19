"""What people see, as tables: pure functions from the bank's answers, no input or output of their own."""
