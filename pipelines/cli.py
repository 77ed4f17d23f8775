"""``gongkai ingest | explain | labels | export``. Heavy libraries are imported when a command needs them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.settings import Settings, settings_from_environment

if TYPE_CHECKING:
    import dagster as dg


@click.group()
@click.version_option(package_name="gongkai")
def main() -> None:
    """公开 gongkai: yearly disclosure reports of Chinese agencies as comparable, traceable numbers."""


RAW = click.option("--raw", type=click.Path(path_type=Path), help="Raw folder [GONGKAI_RAW_DIR, else data/raw]")
WAREHOUSE = click.option(
    "--warehouse",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Warehouse file [GONGKAI_WAREHOUSE, else data/warehouse/gongkai.duckdb]",
)
JOBS = click.option("--jobs", type=click.IntRange(1, 256), help="Worker processes [GONGKAI_JOBS, else all cores]")


@main.command()
@RAW
@WAREHOUSE
@JOBS
@click.option("--full-hash", is_flag=True, help="Hash every file again, also where size and time are unchanged.")
def ingest(raw: Path | None, warehouse: Path | None, jobs: int | None, *, full_hash: bool) -> None:
    """Run the nightly job once: read what is new or changed under the raw folder, check it, publish the warehouse."""
    settings = settings_from_environment(raw, warehouse, jobs)
    if not settings.raw_dir.is_dir():
        raise click.ClickException(f"the raw folder {settings.raw_dir} is not there; name another with --raw")
    home = dagster_home(settings)
    os.environ.setdefault("DAGSTER_HOME", str(home))
    with _watched():
        result = _execute(settings, full_hash=full_hash)
    from pipelines.summary import failure_text, summary_text  # noqa: PLC0415

    if not result.success:
        click.echo(failure_text(result), err=True)
        sys.exit(1)
    click.echo(summary_text(settings))


def dagster_home(settings: Settings) -> Path:
    """The folder of the Dagster instance beside the warehouse, made ready."""
    home = (settings.state_dir / "dagster").absolute()
    home.mkdir(parents=True, exist_ok=True)
    source = Path(__file__).with_name("dagster.yaml")
    if not (home / "dagster.yaml").exists():
        shutil.copyfile(source, home / "dagster.yaml")
    return home


def _execute(settings: Settings, *, full_hash: bool) -> dg.ExecuteInProcessResult:
    import dagster as dg  # noqa: PLC0415 - two seconds that `--help` need not cost

    from pipelines.definitions import defs  # noqa: PLC0415

    job = defs.resolve_job_def("nightly_ingestion")
    run_settings: dict[str, Any] = {
        "raw_dir": str(settings.raw_dir.absolute()),
        "warehouse": str(settings.warehouse.absolute()),
        "jobs": settings.jobs,
        "full_hash": full_hash,
    }
    with dg.DagsterInstance.get() as instance:
        return job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={
                "resources": {"run": {"config": run_settings}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )


@contextmanager
def _watched() -> Iterator[None]:
    """A progress bar on a terminal, a line every ten percent elsewhere."""
    from pipelines.progress import watch_with  # noqa: PLC0415

    if sys.stderr.isatty():
        from rich.progress import Progress  # noqa: PLC0415

        with Progress(transient=True) as bar:
            task = bar.add_task("reading files", total=None)
            watch_with(lambda done, total: bar.update(task, completed=done, total=total))
            yield
    else:
        told: set[int] = set()

        def watch(done: int, total: int) -> None:
            tenth = 10 * done // max(1, total)
            if tenth not in told:
                told.add(tenth)
                click.echo(f"read {done} of {total} files", err=True)

        watch_with(watch)
        yield
    watch_with(None)


@main.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--member", help="Member of an archive, as in source_path behind `!/`.")
def explain(path: Path, member: str | None) -> None:
    """Show how one file is read: blocks, tables, every cell with its place, what was noticed."""
    from pipelines.explain import explain_file  # noqa: PLC0415

    for line in explain_file(path, member):
        click.echo(line)


@main.command()
@RAW
@WAREHOUSE
@click.option("--most", default=50, show_default=True, help="How many texts to list.")
def labels(raw: Path | None, warehouse: Path | None, most: int) -> None:
    """List texts that stood where a label should stand, ready to paste into schemas/vocabulary/labels.csv."""
    from pipelines.explain import unknown_labels  # noqa: PLC0415

    for line in unknown_labels(settings_from_environment(raw, warehouse), most):
        click.echo(line)


@main.command()
@WAREHOUSE
@click.option("--agency", help="Whole name or identifier of one agency.")
@click.option("--region", help="Division code of GB/T 2260; trailing zeros take lower regions in.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default="gongkai.xlsx", show_default=True)
def export(warehouse: Path | None, agency: str | None, region: str | None, out: Path) -> None:
    """Write an Excel workbook of one agency or region, with its years, findings and sources."""
    from pipelines.marts.workbook import UnknownSubjectError, export_workbook  # noqa: PLC0415

    if (agency is None) == (region is None):
        raise click.UsageError("give --agency or --region, one of them")
    settings = settings_from_environment(None, warehouse)
    if not settings.warehouse.exists():
        raise click.ClickException(f"there is no warehouse {settings.warehouse} yet; run gongkai ingest first")
    try:
        rows = export_workbook(settings.warehouse, out, agency=agency, region=region)
    except UnknownSubjectError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{rows} rows written to {out}")


@main.command()
@RAW
@WAREHOUSE
@click.option("--port", default=3000, show_default=True, help="Port of the web server on this machine.")
def ui(raw: Path | None, warehouse: Path | None, port: int) -> None:
    """Open the Dagster UI with its daemon: lineage, runs, checks, schedule and sensor."""
    settings = settings_from_environment(raw, warehouse)
    os.environ["DAGSTER_HOME"] = str(dagster_home(settings))
    os.environ["GONGKAI_RAW_DIR"] = str(settings.raw_dir.absolute())
    os.environ["GONGKAI_WAREHOUSE"] = str(settings.warehouse.absolute())
    dagster = str(Path(sys.executable).with_name("dagster"))
    code = str(Path(__file__).parent.parent)
    arguments = [dagster, "dev", "-m", "pipelines.definitions", "-d", code, "-p", str(port), "-h", "127.0.0.1"]
    os.execv(dagster, arguments)  # noqa: S606 - our own environment's program, no shell


if __name__ == "__main__":
    main()
