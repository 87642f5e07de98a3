// ISO 8601 durations of weeks, days, hours, minutes and seconds, as schema/rule.json#/$defs/period allows them.

const UNITS_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000];

/** The length of a period in milliseconds; `otherwise` where there is none. */
export function periodMs(period: string | undefined, otherwise = 0): number {
  const parts = period?.match(/^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/);
  return parts ? UNITS_MS.reduce((sum, unit, index) => sum + unit * Number(parts[index + 1] ?? 0), 0) : otherwise;
}
