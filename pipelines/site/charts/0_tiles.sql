-- 仓库概况
-- The warehouse at a glance
-- 现行报告；最近一年只取本机关口径。 | Current reports; the latest year by own reports.
WITH latest AS (
  SELECT max(report_year) AS report_year FROM mart_report WHERE report_scope = 'own'
)
SELECT count(*) AS reports, count(DISTINCT agency_id) AS agency_count,
  min(m.report_year) || '–' || max(m.report_year) AS years,
  CAST(sum(new_received) FILTER (report_scope = 'own' AND m.report_year = latest.report_year) AS BIGINT) AS requests,
  sum(granted + partially_granted) FILTER (
    report_scope = 'own' AND m.report_year = latest.report_year AND granted + partially_granted <= total_handled)
    / nullif(sum(total_handled) FILTER (
    report_scope = 'own' AND m.report_year = latest.report_year AND granted + partially_granted <= total_handled), 0)
    AS disclosure,
  count(*) FILTER (error_count = 0) / nullif(count(*), 0) AS without_errors
FROM mart_report m, latest;
