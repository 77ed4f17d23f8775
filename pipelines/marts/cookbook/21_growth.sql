-- 哪些机关的申请量增长最快？
-- Where do requests grow fastest?
-- 同一口径，上年 30 件以上。 | Same scope, at least 30 requests in the year before.
SELECT agency_name, report_year, report_scope, denominator AS year_before, numerator AS requests, round(value, 3) AS growth
FROM mart_metric
WHERE metric_code = 'request_growth' AND rank IS NOT NULL
ORDER BY value DESC, agency_name, report_year
LIMIT 20;
