-- What the warehouse holds, counted: one row a group and code.
SELECT 'reports' AS subject, 'all' AS code, count(*) AS n FROM dim_report WHERE is_current
UNION ALL SELECT 'reports_replaced', 'all', count(*) FROM dim_report WHERE NOT is_current
UNION ALL SELECT 'agencies', 'all', count(*) FROM dim_agency
UNION ALL SELECT 'agencies_without_region', 'all', count(*) FROM dim_agency WHERE region_code IS NULL
UNION ALL SELECT 'reports_by_year', report_year::VARCHAR, count(*) FROM dim_report WHERE is_current GROUP BY ALL
UNION ALL SELECT 'reports_by_form', form_version, count(*) FROM dim_report WHERE is_current GROUP BY ALL
UNION ALL SELECT 'reports_by_scope', report_scope, count(*) FROM dim_report WHERE is_current GROUP BY ALL
UNION ALL SELECT 'reports_by_format', source_format, count(*) FROM dim_report WHERE is_current GROUP BY ALL
UNION ALL SELECT 'reports_by_parse_status', parse_status, count(*) FROM dim_report WHERE is_current GROUP BY ALL
UNION ALL SELECT 'agencies_by_kind', agency_kind, count(*) FROM dim_agency GROUP BY ALL
UNION ALL SELECT 'agencies_by_level', coalesce(admin_level, 'unknown'), count(*) FROM dim_agency GROUP BY ALL
UNION ALL SELECT 'application_cells', value_status, count(*) FROM fact_application GROUP BY ALL
UNION ALL SELECT 'proactive_cells', value_status, count(*) FROM fact_proactive_disclosure GROUP BY ALL
UNION ALL SELECT 'review_cells', value_status, count(*) FROM fact_review_litigation GROUP BY ALL
UNION ALL SELECT 'findings_by_rule', rule_code, count(*) FROM dq_issue GROUP BY ALL
UNION ALL SELECT 'findings_by_severity', severity, count(*) FROM dq_issue GROUP BY ALL
UNION ALL SELECT 'claims_by_verdict', verdict, count(*) FROM narrative_claim GROUP BY ALL
UNION ALL SELECT 'quarantine_by_reason', reason_code, count(*) FROM quarantine GROUP BY ALL
UNION ALL SELECT 'coverage_' || report_year, coverage_status, count(*) FROM mart_coverage GROUP BY ALL
ORDER BY subject, code;
