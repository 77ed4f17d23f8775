-- 质量发现：按规则
-- Findings by rule
-- 至少有一条该规则发现的现行报告数。 | Reports with at least one finding of the rule, current reports only.
SELECT rule_code, severity, count(DISTINCT report_id) AS reports
FROM mart_quality
GROUP BY ALL
ORDER BY reports DESC, rule_code
LIMIT 15;
