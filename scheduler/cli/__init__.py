"""The `legup` command: one file per subcommand."""
