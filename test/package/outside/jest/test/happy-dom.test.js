/** @jest-environment @happy-dom/jest-environment */
// What the mock server's JWT library needs, and this environment lacks.
const { deserialize, serialize } = require('node:v8');
globalThis.structuredClone ??= (value) => deserialize(serialize(value));
require('./siblings.js').declareTests();
