-- 各层级公开率：层级 × 年度
-- Disclosure rate by level and year
-- 予以公开与部分公开之和占办理总计之比；先加总再相除，只取两者均已知的报告。空白表示没有办理。 | Granted in full or in part of all handled; added before dividing, over own reports that tell both. Empty: nothing handled.
SELECT coalesce(admin_level, 'unknown') AS admin_level, report_year::VARCHAR AS report_year,
  sum(numerator) / nullif(sum(denominator), 0) AS rate, CAST(sum(denominator) AS BIGINT) AS n
FROM mart_metric
WHERE metric_code = 'disclosure_rate' AND report_scope = 'own' AND value IS NOT NULL
GROUP BY ALL
ORDER BY admin_level, report_year;
