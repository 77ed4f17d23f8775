# Ask the warehouse: pick agencies, years and a measure; see the chart, the table and the SQL.
# Run with `make notebook`, or as a script: `python notebooks/agencies.py`.
import marimo

app = marimo.App(width="medium", app_title="gongkai")


@app.cell
def _():
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    return Path, alt, duckdb, mo, os


@app.cell
def _(mo):
    mo.md(
        """
        # 公开 · gongkai

        选机关、年度与指标，看图、表与查询语句。空白即未知，从不当作零；本机关口径与汇总口径从不相加。

        Pick agencies, years and a measure; see the chart, the table and the SQL behind them. Blank is unknown,
        never zero; own and consolidated reports are never added.
        """
    )
    return


@app.cell
def _(Path, duckdb, mo, os):
    warehouse = Path(os.environ.get("GONGKAI_WAREHOUSE", "data/warehouse/gongkai.duckdb"))
    mo.stop(
        not warehouse.exists(),
        mo.md(f"**没有找到数据仓库 · No warehouse at `{warehouse}`.** `make run`"),
    )
    connection = duckdb.connect(str(warehouse), read_only=True)
    return (connection,)


@app.cell
def _(mo):
    wanted = mo.ui.text(label="机关名称包含 · Name contains", debounce=True, full_width=True)
    wanted
    return (wanted,)


@app.cell
def _(connection, mo, wanted):
    found = connection.execute(
        """
        SELECT any_value(agency_name) || coalesce(' · ' || any_value(nullif(concat_ws(' ', province, city, county), '')), '')
            || ' (' || agency_id || ')' AS name,
          agency_id, count(*) AS reports, sum(new_received) AS requests
        FROM mart_report
        WHERE contains(agency_name, ?)
        GROUP BY agency_id
        ORDER BY reports DESC, requests DESC NULLS LAST, agency_id
        LIMIT 200
        """,
        [wanted.value],
    ).fetchall()
    names = {row[0]: row[1] for row in found}
    agencies = mo.ui.multiselect(
        names, value=list(names)[:3], label="机关 · Agencies", max_selections=8, full_width=True
    )
    first_year, last_year = connection.execute(
        "SELECT coalesce(min(report_year), 2019), coalesce(max(report_year), 2019) FROM mart_report"
    ).fetchone()
    years = mo.ui.range_slider(
        first_year, max(last_year, first_year + 1), value=(first_year, max(last_year, first_year + 1)),
        label="年度 · Years", show_value=True,
    )
    scope = mo.ui.dropdown(
        {"本机关 · own": "own", "汇总 · consolidated": "consolidated", "口径不明 · unknown": "unknown"},
        value="本机关 · own",
        label="口径 · Scope",
    )
    measures = {
        f"{zh} · {en}": code
        for code, zh, en in connection.execute(
            """SELECT metric_code, label_zh, label_en FROM metric_dictionary
               WHERE metric_code IN (SELECT DISTINCT metric_code FROM mart_metric) ORDER BY metric_code"""
        ).fetchall()
    }
    mo.stop(not measures or not names, mo.md("没有匹配的机关 · No agency of that name"))
    usual = next((name for name, code in measures.items() if code == "disclosure_rate"), next(iter(measures)))
    measure = mo.ui.dropdown(measures, value=usual, label="指标 · Measure", full_width=True)
    mo.vstack([agencies, mo.hstack([years, scope], justify="start", gap=2), measure])
    return agencies, measure, scope, years


@app.cell
def _(agencies, measure, scope, years):
    def quoted(word):
        return "'" + str(word).replace("'", "''") + "'"

    chosen = ", ".join(quoted(agency) for agency in agencies.value) or "NULL"
    statement = f"""SELECT agency_name, report_year, numerator, denominator, round(value, 4) AS value,
  round(wilson_low, 4) AS wilson_low, round(wilson_high, 4) AS wilson_high, rank, peers,
  round(percentile, 4) AS percentile, round(previous_value, 4) AS previous_value, is_derived
FROM mart_metric
WHERE metric_code = {quoted(measure.value)}
  AND agency_id IN ({chosen})
  AND report_scope = {quoted(scope.value)}
  AND report_year BETWEEN {years.value[0]} AND {years.value[1]}
ORDER BY agency_name, report_year"""
    return (statement,)


@app.cell
def _(connection, statement):
    answer = connection.execute(statement).pl()
    return (answer,)


@app.cell
def _(alt, answer, measure, mo):
    is_share = answer["wilson_low"].is_not_null().any()
    told = alt.Chart(answer.filter(answer["value"].is_not_null()))
    axis = alt.Axis(format=".0%") if is_share else alt.Axis()
    x = alt.X("report_year:O", title=None, axis=alt.Axis(labelAngle=0))
    colour = alt.Color("agency_name:N", title=None, legend=alt.Legend(orient="bottom", columns=2, labelLimit=320),
        scale=alt.Scale(range=["#2d6a8a", "#b4513a", "#dda35d", "#6f9a72", "#8f86a8", "#86b3c8", "#55626f", "#c3c1b8"]))
    line = told.mark_line(point=True).encode(x=x, y=alt.Y("value:Q", title=measure.selected_key, axis=axis), color=colour)
    band = told.mark_errorbar().encode(
        x=x, y=alt.Y("wilson_low:Q", title=""), y2="wilson_high:Q", color=colour
    )
    chart = (line + band if is_share else line).properties(width=640, height=300)
    mo.ui.altair_chart(chart, chart_selection=False, legend_selection=False)
    return (chart,)


@app.cell
def _(answer, mo, statement):
    mo.vstack(
        [
            mo.ui.table(answer, selection=None, format_mapping={"report_year": str}),
            mo.md(f"```sql\n{statement}\n```"),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
