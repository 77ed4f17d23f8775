-- One metric of every current report that its scope and form allow. A share of more than all is a
-- contradiction in the report and has no value. The year before counts within one scope only and
-- not across a break.
INSERT INTO _metric
WITH counted AS (
  SELECT r.report_no, r.report_year, r.report_scope, r.agency_kind, r.admin_level,
    CAST($numerator AS DOUBLE) AS numerator, CAST($denominator AS DOUBLE) AS denominator
  FROM _report_wide r
  LEFT JOIN _pair USING (report_no)
  LEFT JOIN _report_wide p ON p.report_no = _pair.previous_no
  WHERE r.form_version IN ($forms) AND r.report_scope IN ($scopes)
), valued AS (
  SELECT *,
    CASE WHEN denominator > 0 AND ($is_proportion = false OR numerator BETWEEN 0 AND denominator)
      THEN numerator / denominator - $base END AS value
  FROM counted
), placed AS (
  SELECT report_no,
    rank() OVER (same ORDER BY value DESC) AS rank,
    count(*) OVER same AS peers,
    CASE WHEN count(*) OVER same > 1 THEN percent_rank() OVER (same ORDER BY value) END AS percentile
  FROM valued
  WHERE value IS NOT NULL AND denominator >= $min_n AND report_scope <> 'unknown' AND admin_level IS NOT NULL
  WINDOW same AS (PARTITION BY report_year, report_scope, agency_kind, admin_level)
)
SELECT '$code', v.report_no, v.numerator, v.denominator, v.value, $is_proportion,
  CAST(placed.rank AS INTEGER), CAST(placed.peers AS INTEGER), placed.percentile,
  CASE WHEN $comparable THEN before.value END
FROM valued v
LEFT JOIN placed USING (report_no)
LEFT JOIN _pair USING (report_no)
LEFT JOIN valued before ON before.report_no = _pair.previous_no;
