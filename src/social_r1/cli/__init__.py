"""Room of social_r1; see DESIGN."""
