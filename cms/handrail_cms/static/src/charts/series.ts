import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear, scaleUtc } from "d3-scale";
import { type Selection, select } from "d3-selection";
import { line } from "d3-shape";
import { openReading } from "./reading.ts";

/** Runs and completed runs of each day, and what happened on some of them; `data-reading` words one day. */
export interface Series {
  days: Day[];
  marks: [day: string, label: string][];
}

export type Day = [day: string, runs: number, completed: number];

/** Where each day lies in the drawing, in px. */
export interface Places {
  x(day: string): number;
  y(count: number): number;
  bottom: number;
}

type Drawing = Selection<SVGSVGElement, unknown, null, undefined>;

const MARGIN = { top: 26, right: 24, bottom: 24, left: 44 };
const TICK_EVERY_PX = 90;
const APART_PX = 8;

/** Draw the lines with axes and marks, and again whenever the width changes. */
export function drawSeries(svg: SVGSVGElement, series: Series): void {
  let width = 0;
  const reading = openReading(svg, series.days);
  const draw = (): void => {
    if (svg.clientWidth === width) return;
    width = svg.clientWidth;
    reading.place(drawLines(svg, series, width));
  };
  draw();
  new ResizeObserver(draw).observe(svg);
}

function drawLines(svg: SVGSVGElement, { days, marks }: Series, width: number): Places {
  const height = svg.clientHeight;
  const bottom = height - MARGIN.bottom;
  const ends = [days[0], days.at(-1)].map((day) => new Date(day?.[0] ?? 0));
  const x = scaleUtc(ends, [MARGIN.left, width - MARGIN.right]);
  const y = scaleLinear([0, Math.max(1, ...days.map(([, runs]) => runs))], [bottom, MARGIN.top]).nice(3);
  const places: Places = { x: (day) => x(new Date(day)), y, bottom };
  const drawing = select(svg).attr("viewBox", `0 0 ${width} ${height}`);
  drawing.selectAll("*").remove();
  drawAxes(drawing, x, y, width, places);
  drawMarks(drawing, marks, width, places);
  const path = (name: string, count: (day: Day) => number): unknown =>
    drawing
      .append("path")
      .attr("class", name)
      .attr(
        "d",
        line<Day>(
          ([day]) => places.x(day),
          (day) => y(count(day)),
        )(days),
      );
  path("series-second", ([, , completed]) => completed);
  path("series-line", ([, runs]) => runs);
  return places;
}

function drawAxes(
  drawing: Drawing,
  x: ReturnType<typeof scaleUtc<number>>,
  y: ReturnType<typeof scaleLinear<number>>,
  width: number,
  { bottom }: Places,
): void {
  const locale = document.documentElement.lang;
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  const count = new Intl.NumberFormat(locale);
  const [first = new Date(), last = new Date()] = x.domain();
  const most = Math.min(Math.floor(width / TICK_EVERY_PX), (Number(last) - Number(first)) / 86_400_000);
  const whole = y.ticks(3).filter(Number.isInteger);
  const days = axisBottom<Date>(x)
    .ticks(most)
    .tickFormat((at) => day.format(at))
    .tickSizeOuter(0);
  const counts = axisLeft<number>(y)
    .tickValues(whole)
    .tickFormat((n) => count.format(n))
    .tickSize(MARGIN.left + MARGIN.right - width)
    .tickPadding(8);
  drawing.append("g").attr("class", "chart-axis").attr("transform", `translate(0 ${bottom})`).call(days);
  drawing
    .append("g")
    .attr("class", "chart-axis chart-rows")
    .attr("transform", `translate(${MARGIN.left} 0)`)
    .call(counts);
}

/** Draw what happened, each at its day; a label that would lie over the one before it is left to the reading. */
function drawMarks(drawing: Drawing, marks: Series["marks"], width: number, { x, bottom }: Places): void {
  let free = 0;
  for (const [day, label] of marks) {
    const at = x(day);
    const group = drawing.append("g").attr("class", "series-mark");
    group.append("line").attr("x1", at).attr("x2", at).attr("y1", MARGIN.top).attr("y2", bottom);
    const text = group
      .append("text")
      .attr("y", MARGIN.top - APART_PX)
      .text(label);
    const long = text.node()?.getComputedTextLength() ?? 0;
    const from = Math.min(Math.max(at - long / 2, 0), width - long);
    if (from < free) text.remove();
    else text.attr("x", from);
    free = Math.max(free, from + long + APART_PX);
  }
}
