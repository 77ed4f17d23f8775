SELECT $place, $labels, $value AS value, $status,
  denied, total_handled,
  CASE WHEN denied > 0 THEN $value / denied::DOUBLE END AS share_of_denied
FROM _report_wide
WHERE $in_form
