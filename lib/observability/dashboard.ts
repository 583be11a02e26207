import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  PeriodOverride,
} from "aws-cdk-lib/aws-cloudwatch";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Panel } from "./panels.ts";
import { SAVED_QUERIES } from "./queries.ts";
import { readings, type Sources } from "./sources.ts";

interface DashboardProps {
  readonly name: string;
  readonly sources: Sources;
  /** Rows of panels. */
  readonly panels: readonly (readonly Panel[])[];
  readonly alarms: readonly IAlarm[];
  readonly logGroups: readonly ILogGroup[];
}

const MINUTES = 5;

export function dashboard(scope: Construct, props: DashboardProps): Dashboard {
  return new Dashboard(scope, "Dashboard", {
    dashboardName: props.name,
    // Every line keeps its own period for any time range.
    periodOverride: PeriodOverride.INHERIT,
    widgets: props.panels.map((row) => row.map((panel) => widgetOf(panel, props))),
  });
}

function widgetOf(panel: Panel, { sources, alarms, logGroups }: DashboardProps): IWidget {
  const { height, title, width } = panel;
  switch (panel.kind) {
    case "alarms":
      return new AlarmStatusWidget({ title, width, height, alarms: [...alarms] });
    case "query":
      return new LogQueryWidget({
        title,
        width,
        height,
        logGroupNames: logGroups.map(({ logGroupName }) => logGroupName),
        queryString: SAVED_QUERIES.find(({ name }) => name === panel.query)?.text ?? panel.query,
        view: panel.view === "table" ? LogQueryVisualizationType.TABLE : LogQueryVisualizationType.LINE,
      });
    case "graph":
      return new GraphWidget({
        title,
        width,
        height,
        leftYAxis: { min: 0, label: panel.unit, showUnits: false },
        left: panel.series.flatMap(({ label, metric, statistic }) =>
          readings(sources, metric, { statistic, minutes: MINUTES, label }).map((reading) => reading.metric),
        ),
      });
  }
}
