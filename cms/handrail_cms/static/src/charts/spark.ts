import { scaleLinear, scaleUtc } from "d3-scale";
import { select } from "d3-selection";
import { line } from "d3-shape";

/** A share from 0 to 1 on some days of a period. */
export interface Spark {
  from: string;
  to: string;
  days: [day: string, share: number][];
}

/** Draw a small line in a box of 100 by 100 that is stretched to its cell; the last day is a dot. */
export function drawSpark(svg: SVGSVGElement, { from, to, days }: Spark): void {
  const x = scaleUtc([new Date(from), new Date(to)], [4, 96]);
  const y = scaleLinear([0, 1], [85, 15]);
  const path = line<[string, number]>(
    ([day]) => x(new Date(day)),
    ([, share]) => y(share),
  );
  const box = select(svg)
    .append("svg")
    .attr("viewBox", "0 0 100 100")
    .attr("preserveAspectRatio", "none")
    .attr("width", "100%")
    .attr("height", "100%");
  box.append("path").attr("class", "series-line").attr("d", path(days));
  const last = days.at(-1);
  if (!last) return;
  select(svg)
    .append("circle")
    .attr("class", "interval-sure")
    .attr("cx", `${x(new Date(last[0]))}%`)
    .attr("cy", `${y(last[1])}%`)
    .attr("r", 3);
}
