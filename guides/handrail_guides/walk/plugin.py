"""The pytest plugin of the walker, loaded by the `pytest11` entry point `handrail`."""
