"""The composite reward inside other people's trainers; each library is imported in one place."""
