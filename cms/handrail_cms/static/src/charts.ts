// The charts of the reports, drawn with D3 from what the page holds. Without it the tables say the same.
import { drawBar } from "./charts/bar.ts";
import { drawInterval } from "./charts/interval.ts";
import { drawSeries } from "./charts/series.ts";
import { drawSpark } from "./charts/spark.ts";

/** Draw every `<svg data-NAME="JSON">` of the page, once: whoever draws in px looks after its own width. */
function drawAll<Drawing>(name: string, draw: (svg: SVGSVGElement, drawing: Drawing) => void): void {
  for (const svg of document.querySelectorAll<SVGSVGElement>(`svg[data-${name}]`))
    draw(svg, JSON.parse(svg.dataset[name] ?? "") as Drawing);
}

drawAll("bar", drawBar);
drawAll("interval", drawInterval);
drawAll("spark", drawSpark);
drawAll("series", drawSeries);
