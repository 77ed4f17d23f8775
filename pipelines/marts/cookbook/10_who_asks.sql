-- 谁在申请政府信息？
-- Who asks for information?
-- 按申请人类别的新收申请；本机关口径，不会重复计数。 | Requests newly received by kind of applicant; own reports only, so that nothing counts twice.
SELECT report_year, applicant_code, any_value(applicant_zh) AS applicant_zh, any_value(applicant_en) AS applicant_en,
  sum(value) AS requests, round(count(value) / count(*), 3) AS known_share
FROM mart_application
WHERE item_code = 'new_received' AND report_scope = 'own'
GROUP BY report_year, applicant_code
ORDER BY report_year, requests DESC NULLS LAST, applicant_code;
