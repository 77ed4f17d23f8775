-- 哪些机关积压最多？
-- Where is the backlog largest?
-- 结转占全部在办之比；在办 30 件以上。 | Share carried forward of all that was on hand; at least 30 requests on hand.
SELECT agency_name, report_year, report_scope, numerator AS carried_forward, n AS on_hand, round(value, 3) AS pending_share,
  round(previous_value, 3) AS year_before, rank, peers
FROM mart_metric
WHERE metric_code = 'pending_share' AND rank IS NOT NULL AND numerator > 0
ORDER BY value DESC, n DESC, agency_name, report_year
LIMIT 20;
