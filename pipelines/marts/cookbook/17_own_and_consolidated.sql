-- 汇总报告与所属机关各自报告之和相差多少？
-- How far is a consolidated report from its bodies' own reports?
-- 并列而不相加；各自之和超过汇总数，说明汇总有遗漏。 | Side by side, never added. A sum above the consolidated figure means that something is missing in it.
SELECT any_value(region_name) AS region_name, report_year,
  max(new_received) FILTER (report_scope = 'consolidated') AS consolidated,
  max(new_received) FILTER (report_scope = 'own') AS own_sum,
  max(reports) FILTER (report_scope = 'own') AS own_reports,
  consolidated - own_sum AS difference
FROM mart_region_year
GROUP BY region_level, region_code, report_year
HAVING count(*) = 2
ORDER BY difference NULLS LAST, region_code, report_year
LIMIT 50;
