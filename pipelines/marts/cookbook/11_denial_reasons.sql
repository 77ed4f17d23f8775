-- 不予公开的理由历年占比如何？
-- Which reasons are given for denials, year by year?
-- 本机关口径；占已知理由的不予公开之比。 | Own reports only; share of the denials whose reason is known.
WITH told AS (
  SELECT report_year, item_code, item_zh, item_en, sum(value) AS denials, count(value) / count(*) AS known_share
  FROM mart_denial_reason
  WHERE report_scope = 'own'
  GROUP BY ALL
)
SELECT report_year, item_code, item_zh, item_en, denials,
  round(denials / nullif(sum(denials) OVER (PARTITION BY report_year), 0), 3) AS share,
  round(known_share, 3) AS known_share
FROM told
ORDER BY report_year, denials DESC NULLS LAST, item_code;
