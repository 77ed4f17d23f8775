SELECT $place, $labels, applicant_code,
  $applicant_zh,
  $applicant_en,
  v_$item AS value, $status
FROM _application_wide
WHERE $in_form
