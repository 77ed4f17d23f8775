-- Every agency for the search: which shard holds it, where it is, what it reported.
SELECT a.agency_id, a.agency_name, coalesce(left(a.region_code, 2), '00') AS shard, a.region_code, a.province, a.city,
  a.county, a.admin_level, a.agency_kind, count(r.report_id) AS reports, min(r.report_year) AS first_year,
  max(r.report_year) AS last_year
FROM dim_agency a
JOIN mart_report r USING (agency_id)
GROUP BY ALL
ORDER BY shard, a.region_code NULLS LAST, a.agency_name, a.agency_id;
