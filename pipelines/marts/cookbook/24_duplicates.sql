-- 哪些年报有两份文件而数字不同？
-- Which reports stand in two files with different figures?
-- 网页与附件不一致最常见；每份文件一行，现行的一份读得最全。 | Most often a page and its attachment; one row a file, the current one being read most completely.
SELECT a.agency_name, r.report_year, r.report_scope, r.source_path, r.is_current, i.actual AS figures_that_differ
FROM dq_issue AS i
JOIN dim_report AS r USING (report_id)
JOIN dim_agency AS a USING (agency_id)
WHERE i.rule_code = 'duplicate_report'
ORDER BY a.agency_name, r.report_year, r.report_scope, r.is_current DESC, r.source_path
LIMIT 100;
