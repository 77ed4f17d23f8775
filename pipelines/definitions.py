"""The code location: assets, the job ``nightly_ingestion`` and its schedule."""

from __future__ import annotations

import warnings
from datetime import timedelta

import dagster as dg

from pipelines import assets
from pipelines.resources import Run

ASSETS = dg.load_assets_from_modules([assets])
KEYS = [key for asset in ASSETS if isinstance(asset, dg.AssetsDefinition) for key in asset.keys]

nightly_ingestion = dg.define_asset_job(
    "nightly_ingestion",
    selection=dg.AssetSelection.keys(*KEYS) | dg.AssetSelection.checks_for_assets(*ASSETS),
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
FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=36), warn_window=timedelta(hours=26))

with warnings.catch_warnings():
    warnings.simplefilter("ignore", dg.BetaWarning)  # code references are beta and only shown
    REFERENCED = dg.with_source_code_references(ASSETS)

defs = dg.Definitions(
    assets=dg.map_asset_specs(lambda spec: dg.apply_freshness_policy(spec, FRESHNESS), REFERENCED),
    jobs=[nightly_ingestion],
    schedules=[nightly],
    resources={"run": Run()},
    executor=dg.in_process_executor,
)
