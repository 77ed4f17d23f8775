-- 发现最多的报告
-- Reports with most findings
-- 先看错误，再看警告；每一行通向机关页与来源。 | Errors first, then warnings; each row leads to the agency and its source.
SELECT agency_id, agency_name, report_year, report_scope, error_count, warning_count, rule_codes, source_path
FROM mart_report
WHERE error_count + warning_count > 0
ORDER BY error_count DESC, warning_count DESC, agency_name, report_year, report_id
LIMIT 40;
