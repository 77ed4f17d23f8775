-- 哪些报告公布后改了数字？
-- Which reports changed their figures after they were published?
-- 同一文件两个版本之间，每个变动的数字一行。 | One row a changed figure, between two versions of one file.
SELECT agency_name, report_year, fact_table, cell, previous_value, value, change, seen_at
FROM mart_revision
ORDER BY seen_at DESC, agency_name, report_year, fact_table, cell
LIMIT 100;
