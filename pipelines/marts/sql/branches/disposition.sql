SELECT $place, $labels, $value AS value, $status,
  total_handled,
  CASE WHEN total_handled > 0 AND $value <= total_handled THEN $value / total_handled::DOUBLE END AS share
FROM _report_wide
WHERE $in_form
