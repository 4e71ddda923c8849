"""How long the fuzzing goes on: a moment in `make test`, thousands of examples a round in `make fuzz`."""

from hypothesis import HealthCheck, settings

# The load of the machine is no property of legup's: a slow example is found by the time a whole test takes.
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=False)
settings.register_profile("fuzz", calm, max_examples=1_000, print_blob=True)
