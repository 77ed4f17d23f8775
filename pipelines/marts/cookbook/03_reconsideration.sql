-- 行政复议纠错率最高的机关有哪些？
-- Which agencies are corrected most in reconsideration?
-- 已审结 30 件以上；2024 年前后不可比。 | Only from 30 decided cases on; the years before and since 2024 do not compare.
SELECT agency_name, report_year, report_scope, numerator AS corrected, n AS decided,
  round(value, 3) AS correction_rate, rank, peers
FROM mart_metric
WHERE metric_code = 'correction_rate' AND n >= 30 AND value IS NOT NULL
ORDER BY value DESC, n DESC, agency_name, report_year
LIMIT 20;
