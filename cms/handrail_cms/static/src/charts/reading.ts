import { select } from "d3-selection";
import type { Day, Places } from "./series.ts";

/** Let people read single days of a chart, by pointing and with the arrow keys: to assistive technology, a slider. */
export function openReading(svg: SVGSVGElement, days: Day[]): { place(places: Places): void } {
  const told = svg.parentElement?.querySelector<HTMLElement>("[data-told]");
  const worded = wordDay(svg.dataset.reading ?? "");
  const at = days.length - 1;
  let places: Places | undefined;
  let chosen = at;
  let shown = false;

  const show = (index: number): void => {
    chosen = Math.min(Math.max(index, 0), days.length - 1);
    shown = true;
    const day = days[chosen] as Day;
    svg.setAttribute("aria-valuenow", String(chosen));
    svg.setAttribute("aria-valuetext", worded(day));
    if (told) told.textContent = worded(day);
    mark();
  };
  const mark = (): void => {
    if (!places || !shown) return;
    const { x, y, bottom } = places;
    const [day, runs, completed] = days[chosen] as Day;
    const group = select(svg).selectAll(".series-reading").data([0]).join("g").attr("class", "series-reading");
    group
      .selectAll("line")
      .data([0])
      .join("line")
      .attr("x1", x(day))
      .attr("x2", x(day))
      .attr("y1", y(runs))
      .attr("y2", bottom);
    group.selectAll("circle").data([runs, completed]).join("circle").attr("cx", x(day)).attr("cy", y).attr("r", 3);
  };

  for (const [name, value] of Object.entries({ role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": at }))
    svg.setAttribute(name, String(value));
  svg.setAttribute("aria-valuenow", String(at));
  svg.setAttribute("aria-valuetext", worded(days[at] as Day));
  svg.addEventListener("pointermove", (event) => show(nearest(event)));
  svg.addEventListener("pointerdown", (event) => show(nearest(event)));
  svg.addEventListener("focus", () => show(chosen));
  svg.addEventListener("keydown", (event) => {
    const next = {
      ArrowLeft: chosen - 1,
      ArrowRight: chosen + 1,
      ArrowDown: chosen - 1,
      ArrowUp: chosen + 1,
      PageDown: chosen - 7,
      PageUp: chosen + 7,
      Home: 0,
      End: at,
    }[event.key];
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(next);
  });

  function nearest(event: PointerEvent): number {
    const { left } = svg.getBoundingClientRect();
    const away = (day: Day): number => Math.abs((places?.x(day[0]) ?? 0) - (event.clientX - left));
    return days.reduce((best, day, index) => (away(day) < away(days[best] as Day) ? index : best), 0);
  }

  return {
    place(found) {
      places = found;
      mark();
    },
  };
}

/** Return what words one day by a sentence with {day}, {runs} and {completed}. */
function wordDay(sentence: string): (day: Day) => string {
  const locale = document.documentElement.lang;
  const long = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const number = new Intl.NumberFormat(locale);
  return ([day, runs, completed]) =>
    sentence
      .replace("{day}", long.format(new Date(day)))
      .replace("{runs}", number.format(runs))
      .replace("{completed}", number.format(completed));
}
