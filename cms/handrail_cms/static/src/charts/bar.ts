import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { type Series, stack } from "d3-shape";

/** `parts`: look and length, one after the other; `interval`: where the line begins and ends; all of `whole`. */
export interface Bar {
  whole: number;
  parts: [look: string, length: number][];
  interval: [number, number] | null;
}

type Lengths = { [look: string]: number };

/** What failed is thinner, so that colour is not the only sign. Per cent of the height. */
const HEIGHTS: { [look: string]: number } = { failed: 30 };
const HEIGHT = 70;

/** Draw one bar, in per cent of whatever width it has. */
export function drawBar(svg: SVGSVGElement, { whole, parts, interval }: Bar): void {
  const x = scaleLinear([0, whole], [0, 100]);
  const lengths: Lengths = Object.fromEntries(parts);
  const stacked = stack<Lengths>().keys(Object.keys(lengths))([lengths]);
  const height = ({ key }: Series<Lengths, string>): number => HEIGHTS[key] ?? HEIGHT;
  select(svg)
    .selectAll("rect")
    .data(stacked)
    .join("rect")
    .attr("class", ({ key }) => `bar-${key}`)
    .attr("x", ([part]) => `${x(part?.[0] ?? 0)}%`)
    .attr("width", ([part]) => `${x(part?.[1] ?? 0) - x(part?.[0] ?? 0)}%`)
    .attr("y", (one) => `${(100 - height(one)) / 2}%`)
    .attr("height", (one) => `${height(one)}%`);
  select(svg)
    .selectAll("line")
    .data(interval ? [interval] : [])
    .join("line")
    .attr("class", "bar-interval")
    .attr("x1", ([low]) => `${x(low)}%`)
    .attr("x2", ([, high]) => `${x(high)}%`)
    .attr("y1", "50%")
    .attr("y2", "50%");
}
