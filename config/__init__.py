"""Who and when: people, their preferences, the schedule language, and the settings of the service."""
