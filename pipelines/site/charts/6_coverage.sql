-- 谁报了：历年覆盖情况
-- Who reported: coverage by year
-- 曾有年报的机关；有文件但被隔离与未见报告分开。 | Agencies known to have reported before; a file in quarantine is told apart from no file at all.
SELECT report_year::VARCHAR AS report_year, coverage_status, count(*) AS agencies
FROM mart_coverage
WHERE coverage_status <> 'ended'
GROUP BY ALL
ORDER BY report_year, coverage_status;
