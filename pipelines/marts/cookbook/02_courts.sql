-- 法院在哪里纠正得最多？
-- Where do courts correct most?
-- 两种诉讼渠道的已审结案件；2024 年改革前后分开，不跨断点。 | Decided cases of both litigation channels, all years before or all since the reform of 2024, never across it.
SELECT province, city, is_after_reform, sum(corrected) AS corrected, sum(decided) AS decided,
  round(sum(corrected) / nullif(sum(decided), 0), 3) AS corrected_share,
  round(avg(known_share), 3) AS known_share
FROM mart_dispute
WHERE channel_code IN ('litigation_direct', 'litigation_after_reconsideration') AND report_scope = 'own'
  AND corrected IS NOT NULL AND decided IS NOT NULL
GROUP BY province, city, is_after_reform
HAVING sum(decided) > 0
ORDER BY corrected_share DESC, decided DESC, province, city
LIMIT 20;
