"""`legup check`: everything that is wrong with the config file, in one run."""

from __future__ import annotations

import typer

from scheduler.cli.options import AsJson, ConfigPath, named_config


def check(context: typer.Context, config: ConfigPath = None, as_json: AsJson = False) -> None:
    """Say everything that is wrong with the config file.

    Each fault is one line, file:line:column: what is wrong and what to do. Nothing is sent and nothing is changed.
    Ends with 0 when legup could run with this file (warnings may remain), with 1 otherwise.

    \b
    Examples:
      legup check
      legup check --config practice.yaml --json
    """
    from scheduler.cli.configuration import find, judge, summary
    from scheduler.cli.terminal import print_json

    report = judge(find(named_config(context, config)))
    if as_json:
        print_json(
            [
                {
                    "file": finding.place.source,
                    "line": finding.place.line,
                    "column": finding.place.column,
                    "path": list(finding.fault.path),
                    "severity": "warning" if finding.fault.warning else "fault",
                    "text": finding.fault.text,
                }
                for finding in report.findings
            ]
        )
    else:
        for finding in report.findings:
            typer.echo(str(finding))
        typer.echo(summary(report))
    if report.config is None:
        raise typer.Exit(1)
