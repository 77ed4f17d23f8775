-- 隔离区：未能成为报告的文件
-- Quarantine: files that gave no report
-- 按原因计数；files 为文件数，example 为一例。 | Counted by reason, with one example each.
SELECT reason_code, count(*) AS files, min(source_path) AS example
FROM quarantine
GROUP BY ALL
ORDER BY files DESC, reason_code;
