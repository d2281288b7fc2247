export { type DevtoolsOptions, defineDevtools, type LatchkeyDevtools, showDevtools } from './devtools/element.ts';
