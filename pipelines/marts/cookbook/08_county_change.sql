-- 一个县历年如何变化？
-- How did one county change over the years?
-- 取年度最多的县，可换成别的 region_code；本机关口径相加，汇总口径并列。 | The county with the most years; put another region_code in its place. Own reports added up, beside the consolidated one.
SELECT report_year, report_scope, reports, new_received, round(new_received_known_share, 2) AS known_share,
  granted, partially_granted, denied, total_handled, round(coverage, 2) AS coverage
FROM mart_region_year
WHERE region_level = 'county' AND region_code = (
  SELECT region_code FROM mart_report WHERE right(region_code, 2) <> '00'
  GROUP BY region_code ORDER BY count(DISTINCT report_year) DESC, count(*) DESC, region_code LIMIT 1)
ORDER BY report_year, report_scope;
