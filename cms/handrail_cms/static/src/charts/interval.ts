import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";

/** The difference of two shares with its interval, on an axis from -`limit` to `limit`. */
export interface Interval {
  difference: number;
  low: number;
  high: number;
  limit: number;
}

/** Draw a difference as a dot on its interval, beside the line of no difference; filled where it is sure. */
export function drawInterval(svg: SVGSVGElement, { difference, low, high, limit }: Interval): void {
  const x = scaleLinear([-limit, limit], [2, 98]);
  const line = (name: string, from: number, to: number, y1: string, y2: string) =>
    select(svg)
      .append("line")
      .attr("class", name)
      .attr("x1", `${x(from)}%`)
      .attr("x2", `${x(to)}%`)
      .attr("y1", y1)
      .attr("y2", y2);
  line("chart-zero", 0, 0, "0%", "100%");
  line("interval-line", low, high, "50%", "50%");
  select(svg)
    .append("circle")
    .attr("class", low > 0 || high < 0 ? "interval-sure" : "interval-open")
    .attr("cx", `${x(difference)}%`)
    .attr("cy", "50%")
    .attr("r", 4);
}
