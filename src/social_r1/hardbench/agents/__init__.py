"""What people feel, want, intend and mean, given what they take to be the case (HARDBENCH 5)."""
