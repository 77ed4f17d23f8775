-- 各层级机关的公开率历年如何？
-- How open is each level of government, year by year?
-- 先加总再相除；本机关口径，只取两者均已知的报告。 | Numerators and denominators are added before dividing; own reports, over those that tell both.
SELECT admin_level, report_year, count(*) AS reports, sum(numerator) AS granted, sum(denominator) AS handled,
  round(sum(numerator) / nullif(sum(denominator), 0), 3) AS disclosure_rate
FROM mart_metric
WHERE metric_code = 'disclosure_rate' AND report_scope = 'own' AND numerator IS NOT NULL AND denominator IS NOT NULL
GROUP BY ALL
ORDER BY admin_level, report_year;
