-- Applications, one row a current report, disposition and applicant; neither the total column nor
-- the total row is here, so that every sum over it is right.
CREATE OR REPLACE VIEW mart_application AS
$branches
