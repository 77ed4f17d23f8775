-- 哪些数字自相矛盾？
-- Which figures contradict?
-- 按规则汇总；explained 为人工复核后有说明的发现。 | Findings by rule; explained are those that a person looked at and found plausible.
SELECT rule_code, severity, sum(findings) AS findings, count(DISTINCT report_id) AS reports,
  sum(open_findings) AS open, sum(explained) AS explained, min(message_zh) AS example_zh, min(message_en) AS example_en
FROM mart_quality
GROUP BY rule_code, severity
ORDER BY severity = 'error' DESC, reports DESC, rule_code;
