-- 企业与个人得到的答复一样吗？
-- Do companies and people get the same answers?
-- 最近一年，本机关口径；占已知办理结果之比。 | Share granted (in full or in part) and denied of the dispositions that are known, latest year, own reports.
SELECT applicant_code, any_value(applicant_zh) AS applicant_zh, any_value(applicant_en) AS applicant_en,
  sum(value) AS handled,
  round(sum(value) FILTER (group_code IN ('granted', 'partially_granted')) / nullif(sum(value), 0), 3) AS granted_share,
  round(sum(value) FILTER (group_code = 'denied') / nullif(sum(value), 0), 3) AS denied_share
FROM mart_application
WHERE report_scope = 'own' AND report_year = (SELECT max(report_year) FROM mart_report)
  AND group_code NOT IN ('intake', 'carried_forward')
GROUP BY applicant_code
ORDER BY handled DESC NULLS LAST, applicant_code;
