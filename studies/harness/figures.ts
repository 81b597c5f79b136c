/** Makers of the figures that studies need, as bodies of Vega-Lite specifications. Rows are plain records. */
export { type BarsOptions, bars } from "./figures/bars.ts"
export type { Channel, Row, Spec } from "./figures/channel.ts"
export { type HeatOptions, heat } from "./figures/heat.ts"
export { type LinesOptions, lines } from "./figures/lines.ts"
export { type PathsOptions, paths } from "./figures/paths.ts"
export { type PointsOptions, points } from "./figures/points.ts"
