-- 得到怎样的答复：历年办理结果（本机关口径）
-- What they got: how requests ended, by year
-- 本机关口径；六组结果在两种表式之间可比。 | Own reports; the six groups compare across both editions of the form.
SELECT report_year::VARCHAR AS report_year,
  CASE WHEN group_code = 'other_handling' THEN 'other_handled' ELSE group_code END AS disposition,
  CAST(sum(value) AS BIGINT) AS requests
FROM mart_disposition
WHERE report_scope = 'own'
GROUP BY ALL
ORDER BY report_year, disposition;
