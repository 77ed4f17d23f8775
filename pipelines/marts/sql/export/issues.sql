-- Every finding with its report, for programs; one JSON array.
COPY (
  SELECT i.issue_id, i.rule_code, i.severity, a.agency_name, r.agency_id, r.report_year, r.report_scope, i.report_id,
    r.is_current, r.source_path, i.fact_table, i.cell, i.locator, i.expected, i.actual, i.message_zh, i.message_en,
    i.review_verdict, i.review_note
  FROM dq_issue i
  JOIN dim_report r USING (report_id)
  JOIN dim_agency a USING (agency_id)
  ORDER BY i.report_id, i.rule_code, i.issue_id
) TO $target (FORMAT json, ARRAY true)
