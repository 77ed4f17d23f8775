-- 为什么不予公开：最近一年的理由
-- Why requests are denied: the reasons of the latest year
-- 本机关口径；每件不予公开只计一个理由。 | Own reports; each denial has one reason.
SELECT item_code AS reason, CAST(sum(value) AS BIGINT) AS denials
FROM mart_denial_reason
WHERE report_scope = 'own' AND report_year = (SELECT max(report_year) FROM mart_denial_reason WHERE report_scope = 'own')
GROUP BY ALL
HAVING sum(value) IS NOT NULL
ORDER BY denials DESC, reason;
