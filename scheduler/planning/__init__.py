"""Pure decisions about time: the slots of a schedule in a zone, quiet hours, stages, limits. No clock, no I/O."""
