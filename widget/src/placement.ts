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
  const left = view.x + margin_px;
  const top = view.y + margin_px;
  const right = Math.max(left, view.x + view.width - margin_px - popover.width);
  const bottom = Math.max(top, view.y + view.height - margin_px - popover.height);
  const [wanted = "", align] = place.split("-");
  if (!target || wanted === "center")
    return { x: (left + right) / 2, y: (top + bottom) / 2, side: "center", arrow: null, fits: true };

  const attempt = (side: Side) => {
    const upright = side === "top" || side === "bottom";
    // Away from the target, and along its edge.
    const [main, depth, cross, length] = upright
      ? (["y", "height", "x", "width"] as const)
      : (["x", "width", "y", "height"] as const);
    const after = side === "bottom" || side === "right";
    const share = align ? Number((align === "end") !== (upright && rtl)) : 0.5;
    const wish = { x: 0, y: 0 };
    wish[main] = target[main] + (after ? target[depth] + gap_px : -gap_px - popover[depth]);
    wish[cross] = target[cross] + (target[length] - popover[length]) * share;
    const at = { x: clamp(wish.x, left, right), y: clamp(wish.y, top, bottom) };
    const half = popover[length] / 2;
    const low = target[cross] - at[cross];
    const arrow = clamp(low + target[length] / 2, Math.min(CORNER, half), Math.max(half * 2 - CORNER, half));
    const fits = at[main] === wish[main] && arrow >= low - 1 && arrow <= low + target[length] + 1;
    // How far from where it wants to be: the least of evils wins where no side has room.
    const off = Math.abs(wish.x - at.x) + Math.abs(wish.y - at.y);
    return { off, placed: { ...at, side, arrow: fits ? arrow : null, fits } };
  };

  const tries = sidesToTry(wanted, rtl).map(attempt);
  const best = tries.find(({ placed }) => placed.fits) ?? tries.reduce((one, two) => (two.off < one.off ? two : one));
  return best.placed;
}
