-- 谁在申请：历年新收申请（本机关口径）
-- Who asks: requests newly received, by year
-- 本机关口径，不会重复计数；报告留空的单元格不计入任何柱。 | Own reports of all bodies, so that nothing counts twice. Cells that a report leaves blank are in no bar.
SELECT report_year::VARCHAR AS report_year, applicant_code, CAST(sum(value) AS BIGINT) AS requests
FROM mart_application
WHERE item_code = 'new_received' AND report_scope = 'own'
GROUP BY ALL
ORDER BY report_year, applicant_code;
