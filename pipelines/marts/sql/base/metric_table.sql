-- One row a current report and metric.
CREATE OR REPLACE TABLE _metric (
  metric_code VARCHAR, report_no INTEGER, numerator DOUBLE, denominator DOUBLE, value DOUBLE, is_proportion BOOLEAN,
  rank INTEGER, peers INTEGER, percentile DOUBLE, previous_value DOUBLE
);
