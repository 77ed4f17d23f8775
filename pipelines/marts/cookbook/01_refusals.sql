-- 谁拒绝得最多，主要理由是什么？
-- Who refuses most, and why?
-- 最近一年，办理 30 件以上的机关；理由取最多的一种。 | Latest year, bodies with at least 30 requests handled; the reason is the one given most often.
SELECT m.agency_name, m.report_scope, m.numerator AS denied, m.n AS handled,
  round(m.value, 3) AS denial_rate, round(m.wilson_low, 3) AS rate_low, round(m.wilson_high, 3) AS rate_high,
  max_by(d.item_zh, (d.value, d.item_code)) AS main_reason_zh, max_by(d.item_en, (d.value, d.item_code)) AS main_reason_en
FROM mart_metric m
JOIN mart_denial_reason d USING (report_id)
WHERE m.metric_code = 'denial_rate' AND m.rank IS NOT NULL AND m.numerator > 0 AND d.value > 0
  AND m.report_year = (SELECT max(report_year) FROM mart_report)
GROUP BY ALL
ORDER BY denial_rate DESC, denied DESC, m.agency_name
LIMIT 20;
