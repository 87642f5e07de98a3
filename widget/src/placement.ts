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

const OPPOSITE: Record<string, Side> = { top: "bottom", bottom: "top", left: "right", right: "left" };
/** The arrow keeps clear of the rounded corners. */
const CORNER = 18;

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(value, high));

/** Sides in the order in which they are tried. */
function sidesToTry(side: string, rtl: boolean): Side[] {
  const across: Side[] = rtl ? ["left", "right"] : ["right", "left"];
  const along: Side[] = ["bottom", "top"];
  const other = OPPOSITE[side];
  if (!other) return [...along, ...across];
  return [side as Side, other, ...(along.includes(other) ? across : along)];
}

export function place({ target, popover, view, place, rtl, gap_px, margin_px }: PlaceRequest): Placed {
  const [left, top] = [view.x + margin_px, view.y + margin_px];
  const right = Math.max(left, view.x + view.width - margin_px - popover.width);
  const bottom = Math.max(top, view.y + view.height - margin_px - popover.height);
  const [wanted = "", align] = place.split("-");
  if (!target || wanted === "center")
    return { x: (left + right) / 2, y: (top + bottom) / 2, side: "center", arrow: null, fits: true };

  const attempt = (side: Side) => {
    const upright = side === "top" || side === "bottom";
    const aligned = (start: number, room: number, own: number, mirrored: boolean) =>
      start + (room - own) * (align ? Number((align === "end") !== mirrored) : 0.5);
    const main = {
      top: target.y - gap_px - popover.height,
      bottom: target.y + target.height + gap_px,
      left: target.x - gap_px - popover.width,
      right: target.x + target.width + gap_px,
      center: 0,
    }[side];
    const wish = upright
      ? { x: aligned(target.x, target.width, popover.width, rtl), y: main }
      : { x: main, y: aligned(target.y, target.height, popover.height, false) };
    const x = clamp(wish.x, left, right);
    const y = clamp(wish.y, top, bottom);
    const away = Math.abs(upright ? wish.y - y : wish.x - x);
    const length = upright ? popover.width : popover.height;
    const point = upright ? target.x + target.width / 2 - x : target.y + target.height / 2 - y;
    const [low, high] = upright ? [target.x - x, target.width] : [target.y - y, target.height];
    const at = clamp(point, Math.min(CORNER, length / 2), Math.max(length - CORNER, length / 2));
    const points = !away && at >= low - 1 && at <= low + high + 1;
    // How far from where it wants to be: the least of evils wins where no side has room.
    const off = Math.abs(wish.x - x) + Math.abs(wish.y - y);
    return { x, y, side, off, arrow: points ? at : null, fits: points };
  };

  const tries = sidesToTry(wanted, rtl).map(attempt);
  const best = tries.find((each) => each.fits) ?? tries.reduce((one, two) => (two.off < one.off ? two : one));
  return { x: best.x, y: best.y, side: best.side, arrow: best.arrow, fits: best.fits };
}
