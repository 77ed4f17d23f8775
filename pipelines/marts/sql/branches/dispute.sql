SELECT $place, '$channel' AS channel_code, $channel_zh AS channel_zh, $channel_en AS channel_en,
  ${channel}_upheld AS upheld, ${channel}_corrected AS corrected, ${channel}_other_result AS other_result,
  ${channel}_pending AS pending, ${channel}_total AS total,
  ${channel}_upheld + ${channel}_corrected + ${channel}_other_result AS decided,
  CASE WHEN ${channel}_upheld + ${channel}_corrected + ${channel}_other_result > 0
    THEN ${channel}_corrected / (${channel}_upheld + ${channel}_corrected + ${channel}_other_result)::DOUBLE
  END AS corrected_share,
  ((${channel}_upheld IS NOT NULL)::INTEGER + (${channel}_corrected IS NOT NULL)::INTEGER
    + (${channel}_other_result IS NOT NULL)::INTEGER + (${channel}_pending IS NOT NULL)::INTEGER
    + (${channel}_total IS NOT NULL)::INTEGER) / 5.0::DOUBLE AS known_share,
  report_year >= 2024 AS is_after_reform
FROM _report_wide
