"""Where deliveries are recorded: one SQL schema behind the `Outbox` port, and an outbox in memory for tests."""
