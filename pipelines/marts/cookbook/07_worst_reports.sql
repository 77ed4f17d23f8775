-- 哪些报告问题最多？
-- Which reports have most findings?
-- 先看错误；路径指向来源文件。 | Errors first; the path leads to the source.
SELECT agency_name, report_year, report_scope, error_count, warning_count, rule_codes, source_path
FROM mart_report
WHERE error_count + warning_count > 0
ORDER BY error_count DESC, warning_count DESC, agency_name, report_year, report_id
LIMIT 50;
