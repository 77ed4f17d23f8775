-- 谁公布得晚？
-- Who published late?
-- 超过法定期限的天数；乡镇街道法律未定期限，不列。 | Days after the legal date; townships are left out, since the law sets them none.
SELECT agency_name, report_year, report_scope, published_on, due_on, published_on - due_on AS days_late
FROM mart_report
WHERE timeliness = 'late'
ORDER BY days_late DESC, agency_name, report_year, report_id
LIMIT 50;
