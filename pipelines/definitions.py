"""The code location: assets, the job ``nightly_ingestion``, its schedule, the sensor on the raw folder."""

from __future__ import annotations

import warnings
from datetime import timedelta

import dagster as dg

from pipelines import arrivals, assets
from pipelines.resources import Run
from pipelines.settings import settings_from_environment

SECONDS_BETWEEN_LOOKS = 300

ASSETS = [asset for asset in dg.load_assets_from_modules([assets]) if isinstance(asset, dg.AssetsDefinition)]

nightly_ingestion = dg.define_asset_job(
    "nightly_ingestion",
    selection=dg.AssetSelection.assets(*ASSETS) | dg.AssetSelection.checks_for_assets(*ASSETS),
    description="每夜入库。Everything under the raw folder, new and changed files read once.",
    executor_def=dg.in_process_executor,
)
nightly = dg.ScheduleDefinition(
    name="nightly_ingestion_schedule",
    job=nightly_ingestion,
    cron_schedule="0 2 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)


@dg.sensor(
    name="raw_folder_sensor",
    job=nightly_ingestion,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts the job when files have arrived in the raw folder and stood still between two looks.",
)
def raw_folder_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """One look at the raw folder."""
    found = arrivals.look(settings_from_environment().raw_dir, context.cursor)
    if found.due is None:
        return dg.SensorResult(skip_reason=found.reason, cursor=found.remember)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=None)], cursor=found.remember)


FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=36), warn_window=timedelta(hours=26))

with warnings.catch_warnings():
    warnings.simplefilter("ignore", dg.BetaWarning)  # code references are beta and only shown
    REFERENCED = [asset for asset in dg.with_source_code_references(ASSETS) if isinstance(asset, dg.AssetsDefinition)]

defs = dg.Definitions(
    assets=dg.map_asset_specs(lambda spec: dg.apply_freshness_policy(spec, FRESHNESS), REFERENCED),
    jobs=[nightly_ingestion],
    schedules=[nightly],
    sensors=[raw_folder_sensor],
    resources={"run": Run()},
    executor=dg.in_process_executor,
)
