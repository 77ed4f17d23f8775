-- 从申请到纠正：最近一年的漏斗
-- From request to correction: the funnel of the latest year
-- 本机关口径。行政诉讼含未经复议与复议后；被纠正指复议或诉讼结果纠正。 | Own reports. Sued: without reconsideration and after it. Corrected: in reconsideration or court. Each bar is a share of what was on hand.
WITH latest AS (
  SELECT * FROM mart_report
  WHERE report_scope = 'own' AND report_year = (SELECT max(report_year) FROM mart_report WHERE report_scope = 'own')
), stages AS (
  SELECT unnest([
    {'stage': 'on_hand', 'place': 1, 'n': CAST(sum(new_received + carried_in) AS BIGINT)},
    {'stage': 'handled', 'place': 2, 'n': CAST(sum(total_handled) AS BIGINT)},
    {'stage': 'reconsidered', 'place': 3, 'n': CAST(sum(reconsideration_total) AS BIGINT)},
    {'stage': 'sued', 'place': 4,
     'n': CAST(sum(litigation_direct_total + litigation_after_reconsideration_total) AS BIGINT)},
    {'stage': 'corrected', 'place': 5, 'n': CAST(sum(reconsideration_corrected + litigation_direct_corrected
      + litigation_after_reconsideration_corrected) AS BIGINT)}
  ], recursive := true)
  FROM latest
)
SELECT stage, place, n FROM stages WHERE n IS NOT NULL ORDER BY place;
