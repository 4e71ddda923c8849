"""One file per way out: console, email, SMS, apprise."""
