// Where the popover stands beside its target. Pure: boxes in, box out; held by guides/vectors/placement.json.

export interface Size {
  width: number;
  height: number;
}
export interface Box extends Size {
  x: number;
  y: number;
}
export type Side = "top" | "bottom" | "left" | "right" | "center";

export interface PlaceRequest {
  /** null: centred. */
  target: Box | null;
  popover: Size;
  /** What may be used of the screen. */
  view: Box;
  /** As in the guide document: auto, top, bottom-start, … */
  place: string;
  rtl: boolean;
  /** Between popover and target. */
  gap_px: number;
  /** Between popover and the edge of the view. */
  margin_px: number;
}

export interface Placed {
  x: number;
  y: number;
  side: Side;
  /** Where on the popover's edge the arrow points out; null where it would point at nothing. */
  arrow: number | null;
  /** False where no side had room, so that the popover is held inside the view and may cover the target. */
  fits: boolean;
}

/** The arrow keeps clear of the rounded corners. */
const CORNER = 18;
const ALONG: Side[] = ["bottom", "top"];

export const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(value, high));

/** Sides in the order in which they are tried: the wanted one, its opposite, the others. */
function sidesToTry(side: string, rtl: boolean): Side[] {
  const across: Side[] = rtl ? ["left", "right"] : ["right", "left"];
  const sides = across.includes(side as Side) ? [...across, ...ALONG] : [...ALONG, ...across];
  return [...sides.filter((one) => one === side), ...sides];
}

export function place({ target, popover, view, place, rtl, gap_px, margin_px }: PlaceRequest): Placed {
  const [wanted = "", align] = place.split("-");
  const hold = (value: number, axis: "x" | "y", length: "width" | "height") =>
    clamp(value, view[axis] + margin_px, view[axis] + view[length] - margin_px - popover[length]);
  if (!target || wanted === "center") {
    const x = hold(view.x + (view.width - popover.width) / 2, "x", "width");
    return {
      x,
      y: hold(view.y + (view.height - popover.height) / 2, "y", "height"),
      side: "center",
      arrow: null,
      fits: true,
    };
  }

  const attempt = (side: Side) => {
    const upright = /top|bottom/.test(side);
    // Away from the target, and along its edge.
    const [main, depth, cross, length] = upright
      ? (["y", "height", "x", "width"] as const)
      : (["x", "width", "y", "height"] as const);
    const after = /bottom|right/.test(side);
    const share = align ? Number((align === "end") !== (upright && rtl)) : 0.5;
    const away = target[main] + (after ? target[depth] + gap_px : -gap_px - popover[depth]);
    const aside = target[cross] + (target[length] - popover[length]) * share;
    const at = { x: 0, y: 0, [main]: hold(away, main, depth), [cross]: hold(aside, cross, length) };
    const half = popover[length] / 2;
    const low = target[cross] - at[cross];
    const arrow = clamp(low + target[length] / 2, Math.min(CORNER, half), Math.max(half * 2 - CORNER, half));
    const fits = at[main] === away && arrow >= low - 1 && arrow <= low + target[length] + 1;
    // How far from where it wants to be: the least of evils wins where no side has room.
    const off = Math.abs(away - at[main]) + Math.abs(aside - at[cross]);
    return { off, placed: { ...at, side, arrow: fits ? arrow : null, fits } };
  };

  const tries = sidesToTry(wanted, rtl).map(attempt);
  const best = tries.find(({ placed }) => placed.fits) ?? tries.sort((one, two) => one.off - two.off)[0];
  return (best as (typeof tries)[0]).placed;
}
