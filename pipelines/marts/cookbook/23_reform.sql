-- 2024 年复议前置扩大之后，复议与诉讼如何变化？
-- What did the reform of 2024 do to reconsideration and litigation?
-- 2024 年起对不予公开须先复议；只计已审结，未审结案件可能跨年重复。 | Since 2024 a refusal goes to reconsideration before court. Decided cases only: pending ones may stand in two years.
SELECT report_year, channel_code, channel_zh, channel_en, sum(decided) AS decided, sum(corrected) AS corrected,
  round(count(decided) / count(*), 3) AS known_share
FROM mart_dispute
WHERE report_scope = 'own'
GROUP BY ALL
ORDER BY report_year, channel_code;
