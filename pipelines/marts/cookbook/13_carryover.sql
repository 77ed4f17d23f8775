-- 上年结转与去年年报对不上的有哪些？
-- Whose carry-over does not match the year before?
-- 同一机关、同一口径、相邻年度。 | Same agency and scope, neighbouring years.
SELECT agency_name, report_year, report_scope, previous_carried_forward, carried_in, difference
FROM mart_carryover
WHERE NOT is_continuous
ORDER BY abs(difference) DESC, agency_name, report_year, report_scope
LIMIT 50;
