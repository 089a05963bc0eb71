"""Instance -> mixed-integer program."""
