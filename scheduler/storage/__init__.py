"""The outbox on a real database, and an in-memory one for tests of what stands above it."""
