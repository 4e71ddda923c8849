"""`legup schema`: the JSON Schema of the config file, for editors."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of the config file.

    An editor with a YAML language server then completes and checks legup.yaml while you type.

    \b
    Example:
      legup schema > schema.json
    """
    import json

    from config.schema_json import json_schema
    from messages.rendering import Renderer
    from scheduler.service.defaults import nudge_defaults

    typer.echo(json.dumps(json_schema(tuple(nudge_defaults()), Renderer().languages()), indent=2, ensure_ascii=False))
