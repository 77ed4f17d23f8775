-- 最近一年谁没有年报？
-- Who did not report on the latest year?
-- 曾有年报的机关；被隔离的文件与没有文件分开。 | Agencies that reported before; a file in quarantine is told apart from no file at all.
SELECT agency_name, county, coverage_status, quarantined_path, reason_code
FROM mart_coverage
WHERE report_year = (SELECT max(report_year) FROM mart_report) AND coverage_status IN ('not_reported', 'quarantined')
ORDER BY coverage_status DESC, agency_name, agency_id
LIMIT 200;
