export { openJourney } from "../journey.ts";
