-- 申请最后得到怎样的处理？
-- How do requests end, year by year?
-- 本机关口径；六组结果在两种表式之间可比。 | Own reports only; the six groups compare across both editions of the form.
SELECT report_year, CASE WHEN group_code = 'other_handling' THEN 'other_handled' ELSE group_code END AS disposition,
  sum(value) AS requests, round(count(value) / count(*), 3) AS known_share
FROM mart_disposition
WHERE report_scope = 'own'
GROUP BY ALL
ORDER BY report_year, requests DESC NULLS LAST, disposition;
